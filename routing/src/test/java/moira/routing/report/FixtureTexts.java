package moira.routing.report;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Documents of eight made-up domains whose routing follows, layer by layer, more of the token, some of the domain, and
 * chance. Some tokens are what a page has to bear: markup, byte pieces, indentation, quotes.
 */
final class FixtureTexts {
    private static final List<String> DOMAINS = List.of(
            "arxiv", "dm_mathematics", "github", "gutenberg", "philpapers", "pubmed", "stackexchange", "wikipedia");
    private static final List<String> COMMON = List.of(
            "▁the",
            "▁of",
            "▁and",
            "▁a",
            ",",
            ".",
            "▁in",
            "▁is",
            "<0x0A>",
            "▁to",
            "s",
            "▁with",
            "▁=",
            "▁self",
            "▁▁▁▁",
            "</script>",
            "<img src=x onerror=alert(1)>",
            "\"",
            "&amp;",
            "▁expert");
    private static final List<String> OMEGA = List.of("<0xCE>", "<0xA9>");
    private static final int LAYERS = 8;

    private final SplittableRandom random;
    private final int experts;
    private final int k;

    private FixtureTexts(long seed, int experts, int k) {
        this.random = new SplittableRandom(seed);
        this.experts = experts;
        this.k = k;
    }

    static List<FixtureDocument> of(int experts, int k, int documentsEach, int tokensEach) {
        FixtureTexts texts = new FixtureTexts(1, experts, k);
        List<FixtureDocument> documents = new ArrayList<>();
        for (int domain = 0; domain < DOMAINS.size(); domain++) {
            for (int d = 0; d < documentsEach; d++) {
                documents.add(texts.document(domain, tokensEach));
            }
        }
        return documents;
    }

    private FixtureDocument document(int domain, int n) {
        List<String> pieces = new ArrayList<>(List.of("<s>"));
        while (pieces.size() < n) {
            switch (random.nextInt(12)) {
                case 0 -> pieces.addAll(OMEGA);
                case 1, 2 -> pieces.add("▁" + DOMAINS.get(domain) + random.nextInt(4));
                default -> pieces.add(COMMON.get(random.nextInt(COMMON.size())));
            }
        }
        int[][][] chosen = new int[pieces.size()][LAYERS][];
        float[][][] weights = new float[pieces.size()][LAYERS][];
        List<Integer> tokens = new ArrayList<>();
        for (int p = 0; p < pieces.size(); p++) {
            tokens.add(Math.floorMod(pieces.get(p).hashCode(), 4096));
            for (int layer = 0; layer < LAYERS; layer++) {
                chosen[p][layer] = choices(tokens.get(p), domain, layer);
                weights[p][layer] = weights();
            }
        }
        return new FixtureDocument(DOMAINS.get(domain), tokens, pieces, chosen, weights);
    }

    private int[] choices(int token, int domain, int layer) {
        double x = random.nextDouble();
        int first = x < 0.08 * layer ? token * 7 + layer : x < 0.1 * layer ? domain + layer : random.nextInt(experts);
        int step = 1 + random.nextInt(experts - k + 1);
        int[] choices = new int[k];
        for (int choice = 0; choice < k; choice++) {
            choices[choice] = Math.floorMod(first + (choice == 0 ? 0 : step + choice - 1), experts);
        }
        return choices;
    }

    private float[] weights() {
        float[] weights = new float[k];
        float rest = 1;
        for (int choice = 0; choice < k - 1; choice++) {
            weights[choice] = rest * (float) random.nextDouble(0.5, 0.9);
            rest -= weights[choice];
        }
        weights[k - 1] = rest;
        return weights;
    }
}
