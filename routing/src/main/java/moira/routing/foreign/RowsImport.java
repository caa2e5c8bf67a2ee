package moira.routing.foreign;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import moira.engine.MoiraException;
import moira.routing.Progress;
import moira.routing.trace.TraceBuilder;
import tools.jackson.databind.JsonNode;

/** A row a token and layer, in any order. */
final class RowsImport implements Format {
    /** The position where an answer begins, in rows of those sources that tell. */
    static final String ANSWER = "moira_answer";

    /** Opens a file of rows. */
    @FunctionalInterface
    interface Opener {
        RowSource open(Path file, ImportOptions options, TraceBuilder trace, Account account);
    }

    private final Opener opener;

    RowsImport(Opener opener) {
        this.opener = opener;
    }

    @Override
    public Imported read(
            List<Path> files, ImportOptions options, TraceBuilder trace, Account account, Progress progress) {
        return new Reading(opener, options, trace, account).read(files);
    }

    /** One import. */
    private static final class Reading {
        private final Opener opener;
        private final ImportOptions options;
        private final Account account;
        private final TraceBuilder trace;
        private final DocumentList list;
        private final RowReader reader;
        private final RowTable table;
        private final Map<String, Integer> keys = new HashMap<>();
        private final List<String> domains = new ArrayList<>();
        private final Map<Integer, Integer> answers = new HashMap<>();

        Reading(Opener opener, ImportOptions options, TraceBuilder trace, Account account) {
            this.opener = opener;
            this.options = options;
            this.account = account;
            this.trace = trace;
            this.list = options.documents() == null ? null : DocumentList.read(options.documents(), trace);
            this.reader = new RowReader(options);
            this.table = new RowTable(trace);
        }

        Imported read(List<Path> files) {
            files.forEach(this::read);
            if (reader.decisions() == null) {
                throw MoiraException.expected(files.getFirst().toString(), "a row a token and layer", "none");
            }
            table.check();
            List<Integer> layers = table.layers();
            List<SourceDocument> documents = documents();
            tokens();
            long all = documents.stream().mapToLong(SourceDocument::tokens).sum() * layers.size();
            account.dropped(all - reader.decisions().count());
            table.write(reader.decisions().k(), reader.hasLogits());
            String weight = weight();
            return new Imported(
                    account.model(),
                    layers,
                    reader.decisions().experts(account),
                    reader.decisions().k(),
                    weight,
                    documents);
        }

        private void read(Path file) {
            try (RowSource source = opener.open(file, options, trace, account)) {
                table.append(rows -> {
                    boolean first = true;
                    for (JsonNode json = source.next(); json != null; json = source.next()) {
                        if (first && reader.isMetadata(json)) {
                            metadata(json, source.at());
                        } else if (!reader.isMissing(json)) {
                            RowReader.Row row = reader.read(json, source.at());
                            boolean weights = reader.hasWeights() && !"none".equals(options.weight());
                            int document = document(row, source.at());
                            RowTable.append(rows, document, row, weights, source.at());
                            if (json.has(ANSWER)) {
                                answers.put(document, json.path(ANSWER).intValue());
                            }
                        }
                        first = false;
                    }
                });
            } catch (IOException e) {
                throw MoiraException.cannot(file, "be read", e);
            }
        }

        /** Some recorders begin with a line about themselves. */
        private void metadata(JsonNode json, String where) {
            account.model(json.path("model_id").asString(json.path("model").asString(null)));
            account.stated(json.path("num_experts").asInt(0), 0);
            account.note("%s: no row, taken for what the recorder says of itself: %s", where, Shown.of(json));
        }

        private int document(RowReader.Row row, String where) {
            if (list != null) {
                Integer number = list.number(row.document());
                if (number == null) {
                    throw MoiraException.expected(
                            where, "a document that " + options.documents() + " has", row.document());
                }
                return number;
            }
            int number = keys.computeIfAbsent(row.document(), key -> keys.size());
            if (number == domains.size()) {
                domains.add(row.domain());
            } else if (domains.get(number) == null) {
                domains.set(number, row.domain());
            } else if (row.domain() != null && !row.domain().equals(domains.get(number))) {
                throw MoiraException.expected(where, "the domain " + domains.get(number), row.domain());
            }
            return number;
        }

        private List<SourceDocument> documents() {
            int[] lengths =
                    new int[list == null ? domains.size() : list.documents().size()];
            table.lengths(row -> {
                lengths[row.getInt(1)] = row.getInt(2);
                int known =
                        list == null ? -1 : list.documents().get(row.getInt(1)).tokens();
                if (known >= 0 && row.getInt(2) > known) {
                    throw MoiraException.expected(
                            row.getString(3), "a position of a document of " + known + " tokens", row.getInt(2) - 1);
                }
            });
            return list == null ? ofRows(lengths) : ofList(lengths);
        }

        private List<SourceDocument> ofRows(int[] lengths) {
            List<SourceDocument> documents = new ArrayList<>();
            keys.entrySet().stream()
                    .sorted(Map.Entry.comparingByValue())
                    .forEach(key -> documents.add(new SourceDocument(
                            domains.get(key.getValue()) == null ? "all" : domains.get(key.getValue()),
                            key.getKey(),
                            lengths[key.getValue()],
                            answers.getOrDefault(key.getValue(), -1))));
            if (domains.stream().allMatch(Objects::isNull)) {
                account.lacks("domains: all documents are taken for one, so nothing about domains");
            }
            return documents;
        }

        private List<SourceDocument> ofList(int[] lengths) {
            List<SourceDocument> documents = new ArrayList<>();
            for (SourceDocument known : list.documents()) {
                int tokens = known.tokens() < 0 ? lengths[documents.size()] : known.tokens();
                int answer = answers.getOrDefault(documents.size(), -1);
                documents.add(new SourceDocument(known.domain(), known.source(), tokens, answer));
            }
            return documents;
        }

        private void tokens() {
            boolean listed = list != null && list.hasPieces();
            boolean[] of = table.tokens(!listed);
            new Tokens(trace, account).write(of[0], of[1] || listed);
        }

        private String weight() {
            if (!reader.hasLogits()) {
                account.lacksProbabilities();
            } else {
                account.note(
                        "logits: taken for %s", reader.logitsKind().equals("raw") ? "raw" : "probabilities (softmax)");
                return options.weight() == null ? "renormalised" : options.weight();
            }
            if (!reader.hasWeights()) {
                account.lacksWeights();
                return "none";
            }
            return reader.decisions().weight(options.weight(), account);
        }
    }
}
