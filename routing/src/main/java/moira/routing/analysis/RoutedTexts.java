package moira.routing.analysis;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import moira.routing.DuckDb;
import moira.routing.information.Choices;
import moira.routing.information.Texts;

/** The measured tokens of a trace as arrays, and the experts of one layer at a time. */
final class RoutedTexts {
    private final Study study;

    /** Type numbers as the model has them, by ours. */
    final int[] ids;

    final Texts texts;

    private RoutedTexts(Study study, int[] ids, Texts texts) {
        this.study = study;
        this.ids = ids;
        this.texts = texts;
    }

    /**
     * Tokens and their experts in a layer.
     *
     * @param texts those tokens that have all their choices
     */
    record Layer(Texts texts, Choices choices) {}

    /** @param classes of the types of a vocabulary, by the model's number; empty where they are not known */
    static RoutedTexts load(Study study, Map<Integer, Integer> classes) {
        DuckDb database = study.database();
        database.execute("CREATE TABLE information_tokens AS " + Sql.read("information_tokens"));
        int n = Math.toIntExact(count(database));
        int[] units = new int[n];
        int[] documents = new int[n];
        int[] positions = new int[n];
        int[] tokens = new int[n];
        boolean[] unknown = {false};
        Map<Integer, Integer> types = new HashMap<>();
        database.query("SELECT number, unit, document, position, token FROM information_tokens", row -> {
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
        int[] ids = new int[types.size()];
        types.forEach((id, type) -> ids[type] = id);
        return new RoutedTexts(
                study,
                ids,
                new Texts(
                        windows(documents),
                        units,
                        domains(study.units()),
                        unknown[0] ? null : tokens,
                        positions,
                        classes.isEmpty()
                                ? null
                                : Arrays.stream(ids).map(classes::get).toArray()));
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

    private static int[] domains(Units units) {
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
