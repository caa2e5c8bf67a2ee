package moira.routing.foreign;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import moira.engine.MoiraException;
import moira.routing.Progress;
import moira.routing.trace.TraceBuilder;
import moira.routing.trace.TraceHeader;
import org.duckdb.DuckDBAppender;

/** Arrays {@code logits} or {@code probabilities} [tokens, layers, experts] of the router, in the place of the experts that it chose. */
final class LogitArrays {
    private static final String LOGITS = "logits";
    private static final String PROBABILITIES = "probabilities";

    private final ImportOptions options;
    private final TraceBuilder trace;
    private final Account account;
    private final RowTable table;
    private Decisions decisions;
    private RouterLogits logits;

    LogitArrays(ImportOptions options, TraceBuilder trace, Account account) {
        this.options = options;
        this.trace = trace;
        this.account = account;
        table = new RowTable(trace);
    }

    /** Whether a file has what the router said, and not what it chose. */
    static boolean areIn(Function<Path, ArrayFile> open, Path file) {
        try (ArrayFile arrays = open.apply(file)) {
            return !arrays.arrays().contains("experts")
                    && (arrays.arrays().contains(LOGITS) || arrays.arrays().contains(PROBABILITIES));
        } catch (IOException e) {
            throw MoiraException.cannot(file, "be closed", e);
        }
    }

    /** One file's. */
    private static final class File implements Closeable {
        private final ArrayFile file;
        private final NumberArray values;
        private final Optional<NumberArray> ids;
        private final List<Integer> layers;
        private final boolean probabilities;

        File(ArrayFile file, int firstLayer) {
            this.file = file;
            probabilities = !file.arrays().contains(LOGITS);
            values = file.open(probabilities ? PROBABILITIES : LOGITS).orElseThrow();
            List<Long> shape = values.shape();
            boolean fits = shape.size() == 3
                    && shape.stream().allMatch(n -> n > 0)
                    && shape.get(1) <= TraceHeader.MOST_LAYERS
                    && shape.get(2) <= TraceHeader.MOST_EXPERTS;
            if (!fits) {
                throw MoiraException.expected(values.where(), "a shape [tokens, layers, experts]", shape);
            }
            ids = file.open("tokens").map(NumberArray::ofIntegers);
            if (ids.isPresent() && !ids.get().shape().equals(shape.subList(0, 1))) {
                throw MoiraException.expected(
                        ids.get().where(),
                        "the shape " + shape.subList(0, 1),
                        ids.get().shape());
            }
            int count = shape.get(1).intValue();
            if (shape.get(0) > Integer.MAX_VALUE || firstLayer > TraceHeader.MOST_LAYERS - count) {
                throw MoiraException.expected(
                        values.where(),
                        "up to " + Integer.MAX_VALUE + " tokens, and layers from 0 to " + (TraceHeader.MOST_LAYERS - 1),
                        shape + " from layer " + firstLayer + " on");
            }
            layers = file.open("layers")
                    .map(array -> IntStream.of(numbers(array, count)).boxed().toList())
                    .orElseGet(() -> IntStream.range(firstLayer, firstLayer + count)
                            .boxed()
                            .toList());
        }

        private static int[] numbers(NumberArray array, int count) {
            long[] numbers = array.vector(TraceHeader.MOST_LAYERS);
            int[] layers = new int[numbers.length];
            for (int i = 0; i < layers.length; i++) {
                layers[i] = numbers[i] >= 0 && numbers[i] < TraceHeader.MOST_LAYERS ? (int) numbers[i] : -1;
            }
            if (layers.length != count
                    || IntStream.of(layers).distinct().count() != count
                    || IntStream.of(layers).anyMatch(n -> n < 0)) {
                throw MoiraException.expected(array.where(), count + " different layers", array.shape());
            }
            return layers;
        }

        long tokens() {
            return values.shape().get(0);
        }

        int experts() {
            return values.shape().get(2).intValue();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    Imported read(Function<Path, ArrayFile> open, List<Path> paths, Progress progress) {
        List<File> files = new ArrayList<>();
        try {
            for (Path path : paths) {
                files.add(new File(open.apply(path), options.firstLayer()));
            }
            return read(files, progress);
        } finally {
            for (File file : files) {
                try {
                    file.close();
                } catch (IOException e) {
                    throw MoiraException.cannot(file.file.name(), "be closed", e);
                }
            }
        }
    }

    private Imported read(List<File> files, Progress progress) {
        File first = files.getFirst();
        begin(files);
        List<SourceDocument> documents;
        boolean pieces = false;
        if (options.documents() == null) {
            documents = files.stream()
                    .map(file -> new SourceDocument("all", file.file.name(), Math.toIntExact(file.tokens())))
                    .toList();
            account.lacks("documents: every file is taken for one document of one domain, so nothing about domains");
        } else {
            DocumentList list = DocumentList.read(options.documents(), trace);
            documents = list.documents();
            pieces = list.hasPieces();
            mustAddUp(documents, files);
        }
        progress.started(files.stream().mapToLong(File::tokens).sum(), 0);
        table.append(rows -> append(rows, documents, files, progress));
        boolean[] of = table.tokens(!pieces);
        new Tokens(trace, account).write(of[0], of[1] || pieces);
        account.note("%s: taken for %s", first.values.where(), logits.kind().equals("raw") ? "raw" : "probabilities");
        table.write(decisions.k(), true);
        String weight = options.weight() == null ? "renormalised" : options.weight();
        return new Imported(
                null, first.layers.stream().sorted().toList(), first.experts(), decisions.k(), weight, documents);
    }

    private void begin(List<File> files) {
        File first = files.getFirst();
        for (File file : files) {
            boolean same = file.layers.equals(first.layers)
                    && file.experts() == first.experts()
                    && file.probabilities == first.probabilities
                    && file.ids.isPresent() == first.ids.isPresent();
            if (!same) {
                throw MoiraException.expected(
                        file.file.name(), "the arrays and shapes of " + first.file.name(), "others");
            }
        }
        int k = options.expertsPerToken();
        if (k < 1 || k > Math.min(first.experts(), TraceHeader.MOST_CHOICES)) {
            throw MoiraException.expected(
                    first.values.where(), "--experts-per-token from 1 to the " + first.experts() + " values", k);
        }
        decisions = new Decisions(first.experts(), k);
        String kind = first.probabilities ? "softmax" : options.fields().logitsAre();
        logits = new RouterLogits(k, kind, !"softmax".equals(options.weight()));
    }

    private void mustAddUp(List<SourceDocument> documents, List<File> files) {
        long announced = documents.stream().mapToLong(SourceDocument::tokens).sum();
        long there = files.stream().mapToLong(File::tokens).sum();
        if (announced != there || documents.stream().anyMatch(document -> document.tokens() < 0)) {
            throw MoiraException.expected(
                    options.documents().toString(),
                    "documents that add up to the " + there + " tokens of the arrays",
                    announced);
        }
    }

    private void append(DuckDBAppender rows, List<SourceDocument> documents, List<File> files, Progress progress)
            throws SQLException {
        int document = 0;
        int position = 0;
        for (File file : files) {
            for (long t = 0; t < file.tokens(); t++) {
                while (position == documents.get(document).tokens()) {
                    document++;
                    position = 0;
                }
                int id = file.ids.isPresent() ? id(file.ids.get(), t) : -1;
                for (int layer : file.layers) {
                    append(
                            rows,
                            file,
                            document,
                            position,
                            layer,
                            id,
                            file.values.where() + "[" + t + "], layer " + layer);
                }
                position++;
                progress.advanced(1);
            }
            file.values.end();
            file.ids.ifPresent(NumberArray::end);
        }
    }

    private static int id(NumberArray ids, long token) {
        long id = ids.integers(1)[0];
        if (id < 0 || id > Integer.MAX_VALUE) {
            throw MoiraException.expected(ids.where() + "[" + token + "]", "an id from 0 to " + Integer.MAX_VALUE, id);
        }
        return (int) id;
    }

    private void append(DuckDBAppender rows, File file, int document, int position, int layer, int id, String where)
            throws SQLException {
        float[] read = file.values.reals(file.experts());
        double[] values = new double[read.length];
        for (int e = 0; e < read.length; e++) {
            values[e] = read[e];
        }
        String problem = logits.problem(values);
        if (problem != null) {
            throw new MoiraException(where + ": " + problem);
        }
        RouterLogits.Decision decision = logits.decide(values);
        decisions.take(decision.experts(), decision.weights(), 0);
        RowReader.Row row = new RowReader.Row(
                null,
                null,
                position,
                layer,
                id,
                null,
                decision.experts(),
                decision.weights(),
                decision.entropy(),
                decision.margin());
        RowTable.append(rows, document, row, !"none".equals(options.weight()), where);
    }
}
