package moira.routing.foreign;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import moira.engine.MoiraException;
import moira.routing.MoiraVersion;
import moira.routing.Progress;
import moira.routing.trace.TraceBuilder;
import moira.routing.trace.TraceHeader;

/** Makes a trace of routing that another program recorded. */
public final class Importer {
    private static final Map<String, Format> FORMATS = formats();

    /** Formats whose documents and domains are called as their files are. */
    private static final Set<String> NAMED_BY_FILES = Set.of("csv", "parquet", "route-trace", "imatrix");

    private Importer() {}

    private static Map<String, Format> formats() {
        Map<String, Format> formats = new LinkedHashMap<>();
        formats.put("npz", new ArrayImport(NpzFile::new));
        formats.put("safetensors", new ArrayImport(SafetensorsArrays::new));
        formats.put("jsonl", new RowsImport((file, options, trace, account) -> JsonRows.open(file)));
        formats.put("csv", new TableImport());
        formats.put("parquet", new TableImport());
        formats.put("responses", new RowsImport(Responses::new));
        formats.put("route-trace", new RowsImport(RouteTrace::open));
        formats.put("imatrix", new ImatrixImport());
        formats.put("counts", new CountsImport());
        return formats;
    }

    /**
     * Reads the files and writes the trace, whole or not at all.
     *
     * @param format one of those that errors list: {@code npz}, {@code jsonl}, {@code responses}, ...
     * @param files in their order
     * @return the account of what the source lacks, as {@code trace.json} has it
     * @throws MoiraException if a file is not what it should be, or the folder is not fit
     */
    public static TraceHeader.Origin run(
            String format, List<Path> files, ImportOptions options, Path out, Progress progress) {
        Format reader = FORMATS.get(format);
        if (reader == null) {
            throw MoiraException.expected("format", "one of " + String.join(", ", FORMATS.keySet()), format);
        }
        files.forEach(Pickle::refuse);
        if (NAMED_BY_FILES.contains(format)) {
            mustDiffer(files);
        }
        Account account = new Account();
        try (TraceBuilder trace = TraceBuilder.begin(out, options.overwrite())) {
            DocumentList.createTable(trace);
            Imported imported = reader.read(files, options, trace, account, progress);
            writeDocuments(trace, imported.documents(), options.phase());
            TraceHeader.Origin origin = account.origin(format, files);
            trace.complete(header(files, options, imported, account, origin));
            return origin;
        }
    }

    private static void mustDiffer(List<Path> files) {
        Map<String, Path> names = new HashMap<>();
        for (Path file : files) {
            Path other = names.putIfAbsent(file.getFileName().toString(), file);
            if (other != null) {
                throw MoiraException.expected(file.toString(), "files of different names", "another " + other);
            }
        }
    }

    private static void writeDocuments(TraceBuilder trace, List<SourceDocument> documents, String phase) {
        boolean answers = documents.stream().anyMatch(document -> document.answer() >= 0);
        if (answers) {
            trace.database().execute("ALTER TABLE documents ADD COLUMN phase VARCHAR");
            trace.database().execute("ALTER TABLE documents ADD COLUMN answer INTEGER");
        }
        trace.database().append("documents", rows -> {
            for (int i = 0; i < documents.size(); i++) {
                SourceDocument document = documents.get(i);
                rows.beginRow().append(i).append(document.domain()).append(document.source());
                rows.append(0).append(document.tokens());
                if (answers) {
                    rows.append(document.answer() < 0 ? phase : "decode");
                    if (document.answer() < 0) {
                        rows.appendNull();
                    } else {
                        rows.append(document.answer());
                    }
                }
                rows.endRow();
            }
        });
    }

    private static TraceHeader header(
            List<Path> files, ImportOptions options, Imported imported, Account account, TraceHeader.Origin origin) {
        int layers = imported.layers().getLast() + 1;
        if (options.modelLayers() != 0 && options.modelLayers() < layers) {
            throw MoiraException.expected(
                    "layers in the model", "at least " + layers + " as recorded", options.modelLayers());
        }
        return new TraceHeader(
                TraceHeader.FORMAT_VERSION,
                new TraceHeader.Model(name(files, options, imported), "not known", null),
                imported.layers(),
                Math.max(layers, options.modelLayers() == 0 ? account.modelLayers() : options.modelLayers()),
                imported.experts(),
                imported.k(),
                imported.weight(),
                phase(options, imported.documents()),
                "not known",
                corpus(files, options, imported.documents()),
                0,
                MoiraVersion.get(),
                true,
                account.mixture(),
                origin);
    }

    /** Documents with a prompt before their answer were read and written both. */
    private static String phase(ImportOptions options, List<SourceDocument> documents) {
        if (documents.stream().allMatch(document -> document.answer() < 0)) {
            return options.phase();
        }
        return documents.stream().allMatch(document -> document.answer() == 0) ? "decode" : "mixed";
    }

    private static String name(List<Path> files, ImportOptions options, Imported imported) {
        if (options.modelName() != null) {
            return options.modelName();
        }
        return imported.model() != null
                ? imported.model()
                : files.getFirst().getFileName().toString().replaceFirst("\\..*$", "");
    }

    private static TraceHeader.Corpus corpus(List<Path> files, ImportOptions options, List<SourceDocument> documents) {
        Map<String, List<SourceDocument>> byDomain = new LinkedHashMap<>();
        int longest = 0;
        for (SourceDocument document : documents) {
            byDomain.computeIfAbsent(document.domain(), domain -> new ArrayList<>())
                    .add(document);
            longest = Math.max(longest, document.tokens());
        }
        List<TraceHeader.Domain> domains = byDomain.entrySet().stream()
                .map(domain -> domain(domain.getKey(), domain.getValue()))
                .toList();
        List<Path> paths = options.documents() == null ? files : List.of(options.documents());
        return new TraceHeader.Corpus(paths.stream().map(Path::toString).toList(), null, longest, 0, domains);
    }

    private static TraceHeader.Domain domain(String name, List<SourceDocument> documents) {
        long tokens = documents.stream().mapToLong(SourceDocument::tokens).sum();
        return new TraceHeader.Domain(name, documents.size(), documents.size(), tokens, 0);
    }
}
