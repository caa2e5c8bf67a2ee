// Measures llama.cpp as `moira bench` measures Moira: the same tokens, the same counts, medians after as many rounds to warm up.
// node llama.mjs MODEL THREADS PROMPT_TOKENS GENERATE_TOKENS WARM_UP REPEAT: one line of JSON with the keys of `moira bench --json`.
import {readFileSync} from "node:fs";
import {getLlama} from "node-llama-cpp";
import {median, prompt} from "./figures.mjs";

const [file, ...numbers] = process.argv.slice(2);
const [threads, promptTokens, generateTokens, warmUp, repeat] = numbers.map(Number);
const llama = await getLlama({build: "never", gpu: false, skipDownload: true, maxThreads: threads, logLevel: "error"});
const model = await llama.loadModel({modelPath: file, gpuLayers: 0});
const context = await model.createContext({
    contextSize: promptTokens + generateTokens + 1,
    batchSize: promptTokens,
    sequences: 1,
    threads: {ideal: threads, min: threads}
});
const sequence = context.getSequence();
const tokens = prompt(promptTokens, model.fileInfo.metadata.tokenizer.ggml.tokens.length);
const rounds = [];
for (let round = -warmUp; round < repeat; round++) {
    await sequence.clearHistory();
    rounds.push(await measure());
}
await context.dispose();
rounds.splice(0, warmUp);

console.log(JSON.stringify({
    prefill_tokens_per_second: median(rounds.map(r => promptTokens / r.prefill)),
    decode_tokens_per_second: median(rounds.map(r => generateTokens / r.decode)),
    answer: rounds.at(-1).answer,
    version: "llama.cpp " + llama.llamaCppRelease.release + " in node-llama-cpp "
        + JSON.parse(readFileSync(new URL("package.json", import.meta.url))).dependencies["node-llama-cpp"],
    kernels: kernels()
}));
process.exit(0);

/** Seconds to the first token, and from there to the last of generateTokens more. */
async function measure() {
    const answer = [];
    const started = performance.now();
    let read = started;
    for await (const token of sequence.evaluate(tokens, {temperature: 0, yieldEogToken: true})) {
        answer.push(token);
        if (answer.length === 1) read = performance.now();
        if (answer.length === generateTokens + 1) break;
    }
    return {prefill: (read - started) / 1000, decode: (performance.now() - read) / 1000, answer};
}

/** The library of kernels that was loaded for this processor: what is mapped is what runs. */
function kernels() {
    const libraries = readFileSync("/proc/self/maps", "utf8").match(/libggml-cpu-\w+/g) ?? [];
    return [...new Set(libraries)].join(" ");
}
