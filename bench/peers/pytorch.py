"""Moira beside the transformers library: the same windows of the same tokens, routed by both.

usage: pytorch.py MODEL TRACE THREADS: MODEL a Hugging Face folder, TRACE what `moira trace` made with it.
Prints how many decisions differ and how fast PyTorch was; wants torch, transformers, sentencepiece and pyarrow.
"""

import sys
import time

import pyarrow.parquet as parquet
import torch
from transformers import AutoTokenizer, MixtralForCausalLM


def columns(path, names):
    table = parquet.read_table(path, columns=names)
    return [torch.from_numpy(table[name].to_numpy().copy()).long() for name in names]


def windows(trace):
    """The tokens of each window, and the experts that Moira chose for them, first choice first: [position, layer, choice]."""
    document, token = columns(trace + "/tokens.parquet", ["document", "token"])
    counts = torch.bincount(document).tolist()
    where, position, layer, choice, expert = columns(
        trace + "/routing", ["document", "position", "layer", "choice", "expert"]
    )
    starts = torch.tensor([0] + counts).cumsum(0)
    chosen = torch.full((len(token), int(layer.max()) + 1, int(choice.max() - choice.min()) + 1), -1)
    chosen[starts[where] + position, layer, choice - choice.min()] = expert
    return list(zip(token.split(counts), chosen.split(counts)))


def check_tokenizer(folder, tokens):
    """Whether the library's tokenizer reads Moira's text into Moira's tokens."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    text = tokenizer.decode(tokens, skip_special_tokens=True)
    return tokenizer.decode(tokenizer(text)["input_ids"], skip_special_tokens=True) == text


def main():
    folder, trace, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    model = MixtralForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    k = model.config.num_experts_per_tok
    decisions = sets = firsts = spent = tokens = 0
    loss = 0.0
    predictions = 0
    all_windows = windows(trace)
    with torch.inference_mode():
        for round in range(2):  # The first makes everything warm, and is not timed.
            for window, chosen in all_windows if round else all_windows[:4]:
                started = time.perf_counter()
                # The decoder alone: a trace has no logits of words, and no loss for a balanced load.
                output = model.model(window[None], output_router_logits=True)
                logits = torch.stack([layer.view(len(window), -1) for layer in output.router_logits], 1)
                best = logits.topk(k, -1).indices
                if not round:
                    continue
                spent += time.perf_counter() - started
                tokens += len(window)
                words = model.lm_head(output.last_hidden_state[0, :-1])
                loss += torch.nn.functional.cross_entropy(words, window[1:], reduction="sum").item()
                predictions += len(window) - 1
                decisions += best[..., 0].numel()
                firsts += (best[..., 0] != chosen[..., 0]).sum().item()
                sets += (best.sort(-1).values != chosen.sort(-1).values).any(-1).sum().item()
    same = check_tokenizer(folder, all_windows[0][0].tolist())
    print(f"tokenizer of the library: {'reads its own text back' if same else 'DIFFERS'}")
    print(f"{decisions} decisions: {sets} sets differ, {firsts} first choices differ")
    print(f"loss {loss / predictions:.6f} nats a token; {tokens / spent:.0f} tokens/s in PyTorch on {threads} threads")


main()
