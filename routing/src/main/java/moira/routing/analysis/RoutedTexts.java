package moira.routing.analysis;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import moira.routing.DuckDb;
import moira.routing.information.Choices;
import moira.routing.information.Texts;
import moira.routing.syntax.TokenClass;

/** The measured tokens of a trace as arrays, and the experts of one layer at a time. */
final class RoutedTexts {
    /** More are sampled. About 40 bytes each, and 8 k in every thread. */
    static final int LIMIT = 4_000_000;

    private final Study study;

    final Texts texts;

    /** By type; empty where they are not known. */
    final List<String> pieces;

    private RoutedTexts(Study study, Texts texts, List<String> pieces) {
        this.study = study;
        this.texts = texts;
        this.pieces = pieces;
    }

    boolean hasPieces() {
        return !pieces.isEmpty();
    }

    /**
     * Tokens and their experts in a layer.
     *
     * @param texts those tokens that have all their choices
     */
    record Layer(Texts texts, Choices choices) {}

    /** @param limit of tokens; of more, a sample is taken ({@link InformationSample}) */
    static RoutedTexts load(Study study, long limit) {
        DuckDb database = study.database();
        InformationSample.select(database, study.units(), limit, study.options().seed());
        database.execute("CREATE TABLE information_tokens AS " + Sql.read("information_tokens"));
        int n = Math.toIntExact(count(database));
        int[] units = new int[n];
        int[] documents = new int[n];
        int[] positions = new int[n];
        int[] tokens = new int[n];
        boolean[] unknown = {false};
        Map<Integer, Integer> types = new HashMap<>();
        database.query("SELECT number, unit, document, place, token FROM information_tokens", row -> {
            int i = row.getInt(1);
            units[i] = row.getInt(2);
            documents[i] = row.getInt(3);
            positions[i] = row.getInt(4);
            tokens[i] = row.getInt(5);
            unknown[0] |= row.wasNull();
        });
        for (int i = 0; i < n; i++) {
            tokens[i] = types.computeIfAbsent(tokens[i], token -> types.size());
        }
        List<String> pieces = unknown[0] ? List.of() : pieces(database, types);
        int[] classes = pieces.isEmpty()
                ? null
                : pieces.stream()
                        .mapToInt(piece -> TokenClass.of(piece).ordinal())
                        .toArray();
        Texts texts = new Texts(
                windows(documents), units, domains(study.units()), unknown[0] ? null : tokens, positions, classes);
        return new RoutedTexts(study, texts, pieces);
    }

    /** None if one of them is missing. */
    private static List<String> pieces(DuckDb database, Map<Integer, Integer> types) {
        String[] pieces = new String[types.size()];
        database.query(
                "SELECT token, MIN(piece) FROM tokens WHERE token IN (SELECT token FROM information_tokens) GROUP BY token",
                row -> pieces[types.get(row.getInt(1))] = row.getString(2));
        return Arrays.stream(pieces).anyMatch(Objects::isNull) ? List.of() : List.of(pieces);
    }

    private static long count(DuckDb database) {
        long[] count = {0};
        database.query("SELECT COUNT(*) FROM information_tokens", row -> count[0] = row.getLong(1));
        return count[0];
    }

    private static int[] windows(int[] documents) {
        return IntStream.rangeClosed(0, documents.length)
                .filter(i -> i == 0 || i == documents.length || documents[i] != documents[i - 1])
                .toArray();
    }

    /** {@code [units]} the number of each one's domain. */
    static int[] domains(Units units) {
        int[] domains = new int[units.size()];
        for (int domain = 0; domain < units.domains().size(); domain++) {
            Arrays.fill(domains, units.first(domain), units.last(domain), domain);
        }
        return domains;
    }

    Layer layer(int layer) {
        int k = study.k();
        short[] experts = new short[texts.size() * k];
        Arrays.fill(experts, (short) -1);
        study.database()
                .query(
                        "SELECT number, choice, expert FROM (" + Sql.read("information_experts") + ") WHERE layer = "
                                + layer,
                        row -> experts[row.getInt(1) * k + row.getInt(2) - 1] = row.getShort(3));
        int[] whole = IntStream.range(0, texts.size())
                .filter(i -> IntStream.range(0, k).allMatch(choice -> experts[i * k + choice] >= 0))
                .toArray();
        if (whole.length == texts.size()) {
            return new Layer(texts, new Choices(experts, k, study.experts()));
        }
        short[] kept = new short[whole.length * k];
        for (int i = 0; i < whole.length; i++) {
            System.arraycopy(experts, whole[i] * k, kept, i * k, k);
        }
        return new Layer(texts.only(whole), new Choices(kept, k, study.experts()));
    }
}
