package moira.routing.foreign;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import moira.engine.MoiraException;
import moira.engine.checkpoint.GgufFile;
import moira.engine.tensor.Tensor;
import moira.routing.Progress;
import moira.routing.trace.TraceBuilder;
import moira.routing.trace.TraceHeader;

/**
 * llama.cpp's {@code imatrix} in GGUF: how many tokens each expert's matrices met, over one text. A file is a theme: a document and a domain
 * of its name.
 */
final class ImatrixImport implements Format {
    private static final Pattern COUNTS =
            Pattern.compile("blk\\.(\\d{1,5})\\.ffn_(?:gate|up|down)_exps\\.weight\\.counts");

    @Override
    public Imported read(
            List<Path> files, ImportOptions options, TraceBuilder trace, Account account, Progress progress) {
        int k = options.expertsPerToken();
        if (k < 1) {
            throw MoiraException.expected(
                    files.getFirst().toString(), "--experts-per-token, which an imatrix does not tell", "none");
        }
        List<SourceDocument> documents = new ArrayList<>();
        Map<Integer, float[]> first = null;
        for (Path file : files) {
            Map<Integer, float[]> counts = counts(file);
            first = first == null ? counts : first;
            mustAgree(file, counts, first);
            write(documents.size(), counts, trace);
            double most = counts.values().stream()
                    .mapToDouble(ImatrixImport::sum)
                    .max()
                    .orElse(0);
            String name = file.getFileName().toString().replaceFirst("\\..*$", "");
            documents.add(new SourceDocument(name, file.toString(), CountsAccount.tokens(file.toString(), most / k)));
        }
        CountsAccount.tell(account, false);
        int experts = first.values().iterator().next().length;
        return new Imported(null, List.copyOf(first.keySet()), experts, k, "none", documents);
    }

    /** By layer {@code [experts]}. */
    private static Map<Integer, float[]> counts(Path file) {
        Map<Integer, float[]> counts = new TreeMap<>();
        try (Arena arena = Arena.ofConfined()) {
            for (Map.Entry<String, Tensor> tensor :
                    GgufFile.read(file, arena).tensors().entrySet()) {
                Matcher name = COUNTS.matcher(tensor.getKey());
                if (name.matches()) {
                    counts.putIfAbsent(
                            Integer.valueOf(name.group(1)), tensor.getValue().toFloats());
                }
            }
        }
        if (counts.isEmpty()) {
            throw MoiraException.expected(
                    file.toString(), "an imatrix with counts of experts (blk.N.ffn_gate_exps.weight.counts)", "none");
        }
        return counts;
    }

    private static void mustAgree(Path file, Map<Integer, float[]> counts, Map<Integer, float[]> first) {
        int experts = first.values().iterator().next().length;
        boolean same = counts.keySet().equals(first.keySet())
                && counts.values().stream().allMatch(layer -> layer.length == experts);
        if (!same || experts > TraceHeader.MOST_EXPERTS) {
            throw MoiraException.expected(
                    file.toString(), "the layers and " + experts + " experts of the first file", counts.keySet());
        }
        counts.forEach((layer, values) -> {
            for (float value : values) {
                if (!(value >= 0) || Float.isInfinite(value)) {
                    throw MoiraException.expected(file + ", layer " + layer, "counts of 0 or more", value);
                }
            }
        });
    }

    private static double sum(float[] counts) {
        double sum = 0;
        for (float count : counts) {
            sum += count;
        }
        return sum;
    }

    private static void write(int document, Map<Integer, float[]> counts, TraceBuilder trace) {
        trace.database().append("counts", rows -> {
            for (Map.Entry<Integer, float[]> layer : counts.entrySet()) {
                for (int expert = 0; expert < layer.getValue().length; expert++) {
                    rows.beginRow()
                            .append(document)
                            .append(layer.getKey().shortValue())
                            .append((byte) 0);
                    rows.append((short) expert)
                            .append((double) layer.getValue()[expert])
                            .endRow();
                }
            }
        });
    }
}
