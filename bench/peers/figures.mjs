/** The prompt of `moira bench` (moira.engine.bench.SpeedTest): a Lehmer generator, so that two languages agree on it. */
export function prompt(count, vocabulary) {
    const tokens = [];
    for (let state = 1; tokens.length < count; ) {
        state = state * 48271 % 2147483647;
        tokens.push(state % vocabulary);
    }
    return tokens;
}

export function median(values) {
    const sorted = [...values].sort((a, b) => a - b);
    const half = sorted.length >> 1;
    return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
