// node compare.mjs MOIRA MODEL THREADS ROUNDS PEER COMMAND...: Moira, the peer, Moira, the peer ... and the medians beside each other.
// PEER is its name; COMMAND is called with THREADS PROMPT_TOKENS GENERATE_TOKENS WARM_UP REPEAT and prints what `moira bench --json` prints.
import {spawnSync} from "node:child_process";
import {readFileSync} from "node:fs";
import {basename} from "node:path";
import {cpus, loadavg, release} from "node:os";
import {median} from "./figures.mjs";

const PROMPT = Number(process.env.PROMPT_TOKENS ?? 512), GENERATE = 48, WARM_UP = 2, REPEAT = 2;
/** A run during which others took more of the processors than this is made again. */
const DISTURBED = 0.1;
const TRIES = Number(process.env.TRIES ?? 2);

const [moira, model, threads, rounds, peer, ...command] = process.argv.slice(2);
const commands = {
    moira: [moira, "bench", "--model", model, "--threads", threads, "--weights", "packed", "--json",
        "--kernels", process.env.KERNELS ?? "best",
        "--prompt-tokens", PROMPT, "--generate-tokens", GENERATE, "--warm-up", WARM_UP,
        "--repeat", REPEAT],
    peer: [...command, threads, PROMPT, GENERATE, WARM_UP, REPEAT]
};
const results = {moira: [], peer: []};
for (let round = 0; round < Number(rounds); round++) {
    for (const [name, command] of Object.entries(commands)) results[name].push(quietly(command.map(String)));
}
report();

/** The run of a few that others disturbed least; the first that they did not disturb. */
function quietly(command) {
    let best = null;
    for (let attempt = 0; attempt < TRIES && !(best?.others <= DISTURBED); attempt++) {
        const result = measured(command);
        if (best === null || result.others < best.others) best = result;
    }
    return best;
}

function measured(command) {
    const before = times();
    const run = spawnSync(command[0], command.slice(1), {encoding: "utf8", stdio: ["ignore", "pipe", "pipe"]});
    if (run.status !== 0) throw new Error(command.join(" ") + ": exit status " + run.status + "\n" + run.stderr);
    const after = times();
    const others = (after.busy - before.busy - (after.ours - before.ours)) / (after.all - before.all);
    return {...JSON.parse(run.stdout), others: Math.max(0, others), load: loadavg()[0]};
}

/** Ticks of all processors: all, busy (time that a hypervisor took included), and those of this process and its children. */
function times() {
    const stat = readFileSync("/proc/stat", "utf8").split("\n")[0].split(/\s+/).slice(1, 9).map(Number);
    const all = stat.reduce((a, b) => a + b);
    const self = readFileSync("/proc/self/stat", "utf8").replace(/.*\) /, "").split(" ").slice(11, 15).map(Number);
    return {all, busy: all - stat[3] - stat[4], ours: self.reduce((a, b) => a + b)};
}

function report() {
    const of = (name, key) => median(results[name].map(r => r[key]));
    const spread = (name, key) => results[name].map(r => r[key].toFixed(1)).join(" ");
    const {moira: ours, peer: theirs} = results;
    console.log(`\n${basename(model, ".gguf")}, ${threads} thread(s): ${PROMPT} tokens read, ${GENERATE} written`);
    for (const [words, key] of [["prefill", "prefill_tokens_per_second"], ["decode", "decode_tokens_per_second"]]) {
        const ratio = of("moira", key) / of("peer", key);
        console.log(`${words.padEnd(8)} Moira ${of("moira", key).toFixed(1)} (${spread("moira", key)}), ${peer} `
            + `${of("peer", key).toFixed(1)} (${spread("peer", key)}) tokens/s: ratio ${ratio.toFixed(2)}`);
    }
    const read = of("moira", "decode_bytes_per_second"), given = of("moira", "read_bandwidth_bytes_per_second");
    console.log(`weights  ${(read / 1e9).toFixed(1)} GB/s in Moira's decode, memory gives ${(given / 1e9).toFixed(1)}: `
        + (read / given).toFixed(2));
    console.log("observed " + (of("moira", "observed_prefill_tokens_per_second") / of("moira", "prefill_tokens_per_second"))
        .toFixed(3) + " of the prefill's speed with its routing observed");
    const same = ours[0].answer.findIndex((token, i) => token !== theirs[0].answer[i]);
    console.log(`answers  the first ${same < 0 ? ours[0].answer.length : same} of ${GENERATE + 1} tokens are the same`);
    if (theirs[0].threads) {
        const cores = theirs.map(r => r.cores.toFixed(2)).join(" ");
        console.log(`threads  ${theirs[0].threads} of ${peer}'s took part in decoding, with ${cores} cores' time`);
    }
    const shares = [...ours, ...theirs].map(r => Math.round(100 * r.others));
    const loads = [...ours, ...theirs].map(r => r.load);
    console.log(`machine  ${cpus().length} x ${cpus()[0].model.trim()}, Linux ${release()}; others took ${Math.min(...shares)} to `
        + `${Math.max(...shares)} % of it; load ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}`);
    console.log(`versions ${ours[0].kernels} | ${theirs[0].version}, ${theirs[0].kernels}, Node ${process.version}`);
}
