// agree.mjs AGREE_JSON: how far llama.cpp goes on as Moira does, token by token, as the rows of a Markdown table.
import {readFileSync} from "node:fs";
import {getLlama} from "node-llama-cpp";

const llama = await getLlama({build: "never", gpu: false, skipDownload: true, maxThreads: 1, logLevel: "error"});
console.log("| model | llama.cpp goes on the same for |\n|---|---|");
for (const {name, changed, gguf, rows} of JSON.parse(readFileSync(process.argv[2]))) {
  const title = changed ? `${name}, ${changed}` : name;
  try {
    const model = await llama.loadModel({modelPath: gguf, gpuLayers: 0});
    const context = await model.createContext({contextSize: 256, batchSize: 64, sequences: 1, threads: {ideal: 1, min: 1},
      experimentalKvCacheKeyType: "F32", experimentalKvCacheValueType: "F32"});
    const sequence = context.getSequence();
    const same = [];
    for (const {prompt, greedy, ahead} of rows) {
      await sequence.clearHistory();
      let n = 0;
      let differs = false;
      for await (const token of sequence.evaluate(prompt, {temperature: 0, yieldEogToken: true})) {
        differs = token !== greedy[n];
        if (differs || ++n === greedy.length) break;
      }
      // How far the token that differs was ahead of the next one says whether it was a tie.
      same.push(differs && n > 0 ? `${n} (then ahead by ${ahead[n].toExponential(0)})` : n);
    }
    console.log(`| ${title} | ${same.join(", ")} of ${rows[0].greedy.length} tokens |`);
    await context.dispose();
    await model.dispose();
  } catch (failure) {
    console.log(`| ${title} | not at all: ${String(failure.message).split("\n")[0].slice(0, 90)} |`);
  }
}
process.exit(0);
