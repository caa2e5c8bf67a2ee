// node formats.mjs MOIRA MODEL [FORMAT...]: converts MODEL with Moira, loads every file with llama.cpp and with Moira, and counts
// how many of the greedily written tokens are the same (Moira's activations are floats, llama.cpp's are not). MODEL is a Hugging Face folder or a GGUF file.
import {spawnSync} from "node:child_process";
import {mkdirSync, readFileSync} from "node:fs";
import {getLlama} from "node-llama-cpp";

/** Others may be given as a file: PROMPTS=file.json, a list of {"prompt": "..."}. */
const PROMPTS = process.env.PROMPTS ? JSON.parse(readFileSync(process.env.PROMPTS, "utf8")).map(one => one.prompt)
    : ["The history of", "In this paper, we", "Question: what is 2 + 2?", "She looked at him and", "The patients were treated with"];
const TOKENS = 48;
const [moira, model, ...chosen] = process.argv.slice(2);
const formats = chosen.length ? chosen : ["F32", "F16", "BF16", "Q8_0", "Q6_K", "Q5_K", "Q5_K_M", "Q4_K", "Q4_K_M", "Q4_0"];
const folder = new URL("target/formats/", import.meta.url).pathname;
mkdirSync(folder, {recursive: true});
const llama = await getLlama({build: "never", gpu: false, skipDownload: true, maxThreads: 1, logLevel: "error"});
console.log(`${PROMPTS.length} prompts, ${TOKENS} tokens each: tokens before the first that differs, prompts without one`);
for (const format of formats) {
    const file = folder + format + ".gguf";
    run("convert", model, file, "--format", format, "--overwrite");
    const loaded = await llama.loadModel({modelPath: file, gpuLayers: 0});
    const context = await loaded.createContext({contextSize: 256, sequences: 1, threads: {ideal: 1, min: 1}});
    const ours = PROMPTS.map(prompt => run("generate", "--model", file, "--temperature", "0", "--max-tokens", TOKENS, "--exact", prompt));
    const firsts = [];
    for (let i = 0; i < PROMPTS.length; i++) firsts.push(await agreement(loaded, context, PROMPTS[i], ours[i]));
    await context.dispose();
    await loaded.dispose();
    const whole = firsts.filter(first => first === TOKENS).length;
    const sum = firsts.reduce((a, b) => a + b);
    console.log(`${format.padEnd(7)} ${String(sum).padStart(4)} of ${TOKENS * PROMPTS.length}, ${whole} of ${PROMPTS.length} (${firsts.join(" ")})`);
}
process.exit(0);

function run(...args) {
    const result = spawnSync(moira, args.map(String), {encoding: "utf8", stdio: ["ignore", "pipe", "pipe"]});
    if (result.status !== 0) throw new Error(args.join(" ") + ": exit status " + result.status + "\n" + result.stderr);
    return result.stdout;
}

/** How many tokens llama.cpp writes before its text leaves ours. */
async function agreement(loaded, context, prompt, ours) {
    const sequence = context.getSequence();
    await sequence.clearHistory();
    const tokens = [loaded.tokens.bos, ...loaded.tokenize(prompt)];
    const answer = [];
    let same = 0;
    for await (const token of sequence.evaluate(tokens, {temperature: 0, yieldEogToken: true})) {
        answer.push(token);
        // Half a character is no text yet.
        const text = loaded.detokenize(answer, false, tokens).replace(/\uFFFD+$/, "");
        if (!ours.trim().startsWith(text.trim()) || token === loaded.tokens.eos) break;
        same++;
        if (same === TOKENS) break;
    }
    sequence.dispose();
    return same;
}
