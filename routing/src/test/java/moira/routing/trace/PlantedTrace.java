package moira.routing.trace;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import moira.engine.RoutingObserver;

/**
 * A trace whose routing is known, since it was made up.
 *
 * @param sources of each domain, of {@code windows} windows each
 * @param tokens of text in a window, from a vocabulary of {@code vocabulary}; lower tokens are more frequent
 */
public record PlantedTrace(
        int experts,
        int k,
        List<Integer> layers,
        int domains,
        int sources,
        int windows,
        int tokens,
        int vocabulary,
        long seed) {
    /** Eight domains of twelve sources, four experts of which two are chosen, two layers. */
    public static final PlantedTrace SMALL = new PlantedTrace(4, 2, List.of(0, 2), 3, 12, 2, 40, 30, 7);

    /** Decides where a token goes. */
    @FunctionalInterface
    public interface Routing {
        /**
         * @param previous the token before, or BOS (0)
         * @return k distinct experts
         */
        int[] experts(SplittableRandom random, int layer, int domain, int token, int previous);
    }

    /** Every token draws k experts at random. */
    public Routing uniform() {
        return (random, layer, domain, token, previous) -> draw(random, -1);
    }

    /** The first choice is a number's remainder, the others are drawn. */
    public int[] first(SplittableRandom random, int number) {
        return draw(random, number % experts);
    }

    private int[] draw(SplittableRandom random, int first) {
        int[] chosen = new int[k];
        Arrays.fill(chosen, -1);
        for (int i = 0; i < k; i++) {
            int expert = i == 0 && first >= 0 ? first : random.nextInt(experts);
            while (contains(chosen, expert)) {
                expert = random.nextInt(experts);
            }
            chosen[i] = expert;
        }
        return chosen;
    }

    private static boolean contains(int[] values, int value) {
        return Arrays.stream(values).anyMatch(v -> v == value);
    }

    /** The name of a domain. */
    public static String domain(int number) {
        return "domain " + (char) ('a' + number);
    }

    /** What will be run. */
    public Plan plan() {
        SplittableRandom random = new SplittableRandom(seed);
        List<Window> all = new ArrayList<>();
        List<TraceHeader.Domain> counts = new ArrayList<>();
        for (int domain = 0; domain < domains; domain++) {
            for (int source = 0; source < sources; source++) {
                for (int window = 0; window < windows; window++) {
                    all.add(new Window(all.size(), domain(domain), "s" + source, window, text(random), 1));
                }
            }
            int documents = sources * windows;
            counts.add(new TraceHeader.Domain(domain(domain), sources, documents, (long) documents * tokens, 0));
        }
        return new Plan(all, new TraceHeader.Corpus(List.of("planted"), "c" + seed, tokens + 1, 0, counts));
    }

    private int[] text(SplittableRandom random) {
        int[] text = new int[tokens + 1];
        for (int i = 1; i < text.length; i++) {
            text[i] = 1 + Math.min(random.nextInt(vocabulary), random.nextInt(vocabulary));
        }
        return text;
    }

    /** The header of the trace to be. */
    public TraceHeader header(Plan plan, int partAssignments) {
        return new TraceHeader(
                TraceHeader.FORMAT_VERSION,
                new TraceHeader.Model("planted", "made up", "f00d"),
                layers,
                layers.getLast() + 1,
                experts,
                k,
                "renormalised",
                "prefill",
                "float",
                plan.corpus(),
                partAssignments,
                "test",
                false);
    }

    /** A writer of the trace, in parts of a few windows. */
    public TraceWriter writer(Path out, Plan plan) {
        int window = (tokens + 1) * layers.size() * k;
        return TraceWriter.open(out, header(plan, 5 * window), plan, new CharTokenizer(), false);
    }

    /** Writes the whole trace. */
    public void write(Path out, Routing routing) {
        Plan plan = plan();
        try (TraceWriter writer = writer(out, plan)) {
            for (Window window : writer.remaining()) {
                run(window, routing, writer);
            }
            writer.complete();
        }
    }

    /** "Runs" a window. What a window is routed to depends on nothing else, as it is with a model. */
    public void run(Window window, Routing routing, TraceWriter writer) {
        forward(window, routing, writer.begin(window));
        writer.end();
    }

    /** Tells an observer of every layer of the model, in two batches. */
    public void forward(Window window, Routing routing, RoutingObserver observer) {
        SplittableRandom random = new SplittableRandom(seed * 31 + window.document());
        int domain = window.domain().charAt(window.domain().length() - 1) - 'a';
        int half = window.tokens().length / 2;
        for (int[] batch : new int[][] {{0, half}, {half, window.tokens().length}}) {
            for (int layer = 0; layer <= layers.getLast(); layer++) {
                route(window, domain, layer, batch[0], batch[1], random, routing, observer);
            }
        }
    }

    private void route(
            Window window,
            int domain,
            int layer,
            int from,
            int to,
            SplittableRandom random,
            Routing routing,
            RoutingObserver observer) {
        int n = to - from;
        int[] chosen = new int[n * k];
        float[] weights = new float[n * k];
        float[] probabilities = new float[n * experts];
        for (int i = 0; i < n; i++) {
            int previous = from + i == 0 ? 0 : window.tokens()[from + i - 1];
            int[] choice = routing.experts(random, layer, domain, window.tokens()[from + i], previous);
            System.arraycopy(choice, 0, chosen, i * k, k);
            probabilities(random, choice, probabilities, i * experts);
            float sum = 0;
            for (int expert : choice) {
                sum += probabilities[i * experts + expert];
            }
            for (int c = 0; c < k; c++) {
                weights[i * k + c] = probabilities[i * experts + choice[c]] / sum;
            }
        }
        observer.routed(layer, from, n, chosen, weights, probabilities);
    }

    /** Random ones that have the chosen experts first, in their order. */
    private void probabilities(SplittableRandom random, int[] chosen, float[] probabilities, int at) {
        double[] sorted = random.doubles(experts).map(x -> x * x).sorted().toArray();
        double sum = Arrays.stream(sorted).sum();
        int rest = experts - k;
        for (int expert = 0; expert < experts; expert++) {
            int rank = Arrays.stream(chosen).boxed().toList().indexOf(expert);
            probabilities[at + expert] = (float) (sorted[rank >= 0 ? experts - 1 - rank : --rest] / sum);
        }
    }
}
