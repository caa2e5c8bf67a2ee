package moira.engine.conversion;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import moira.engine.MoiraException;
import moira.engine.checkpoint.Checkpoint;
import moira.engine.checkpoint.FormatMix;
import moira.engine.checkpoint.GgufOutput;
import moira.engine.concurrent.Workers;
import moira.engine.family.GgufDescription;
import moira.engine.kernel.Packing;
import moira.engine.tensor.Tensor;

/**
 * Writes a model as a GGUF file, or as one whose matrices are packed for {@link moira.engine.matrix.PackedMatrix}, which Moira alone
 * reads. Never more than a few rows of it are in memory; the file is the same for any number of threads.
 */
public final class Conversion {
    /** The version of ggml's block formats, {@code GGML_QNT_VERSION}. */
    private static final int QUANTIZATION_VERSION = 2;

    private final Checkpoint source;
    private final FormatMix mix;
    private final List<PlannedTensor> tensors;

    /**
     * Plans a conversion; nothing is read or written yet.
     *
     * @throws MoiraException if rows are no whole blocks of the format they would get: the message tells one that would do
     */
    public Conversion(Checkpoint source, FormatMix mix) {
        this(source, mix, false);
    }

    /**
     * The same for a file that may be packed.
     *
     * @throws MoiraException also if nothing of it has a format that is packed, or if the source is packed
     */
    public Conversion(Checkpoint source, FormatMix mix, boolean packed) {
        this.source = source;
        this.mix = mix;
        if (source.tensors().stream().anyMatch(Tensor::packed)) {
            throw MoiraException.expected(
                    source.name(), "a model to convert", "packed weights; convert the file that they were made from");
        }
        tensors = Plan.of(source.architecture(), source.weights(), mix, packed);
        if (packed && tensors.stream().noneMatch(PlannedTensor::packed)) {
            throw MoiraException.expected(
                    source.name(),
                    "matrices in a format that is packed (" + packings() + "; --format Q4_0 would make one)",
                    tensors.getLast().format());
        }
    }

    private static String packings() {
        return Arrays.stream(Packing.values()).map(Enum::name).collect(Collectors.joining(", "));
    }

    /** The bytes of all tensors of the file. */
    public long bytes() {
        return tensors.stream().mapToLong(PlannedTensor::bytes).sum();
    }

    /**
     * Writes the file. It has its name when it is whole; until then one that was there stays, and what goes wrong leaves nothing
     * behind.
     *
     * @param overwrite whether a file may be replaced
     * @param written told of bytes when they are written
     * @throws MoiraException if there is a file already, no room for one, or a value that the format cannot hold
     */
    public ConversionReport write(Path file, boolean overwrite, int threads, LongConsumer written) {
        GgufOutput.requireFree(file, overwrite);
        GgufOutput out = new GgufOutput();
        metadata(out);
        ConversionReport.Tally tally = new ConversionReport.Tally();
        try (Workers workers = new Workers(threads)) {
            for (PlannedTensor tensor : tensors) {
                announce(tensor, out, stream -> {
                    TensorWriter writer = new TensorWriter(tensor, workers.threads());
                    tally.add(tensor, writer.write(stream, workers, written));
                });
            }
            out.write(file);
            return tally.report(size(file));
        }
    }

    private static void announce(PlannedTensor tensor, GgufOutput out, GgufOutput.Data data) {
        if (tensor.packed()) {
            out.packed(tensor.name(), tensor.format(), tensor.shape(), data);
        } else {
            out.tensor(tensor.name(), tensor.format(), tensor.shape(), data);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw MoiraException.cannot(file, "be read", e);
        }
    }

    private void metadata(GgufOutput out) {
        GgufDescription.of(source.architecture(), source.name()).forEach(out::put);
        mix.fileType().ifPresent(type -> out.put("general.file_type", type));
        out.put("general.quantization_version", QUANTIZATION_VERSION);
        Map<String, Object> described = source.ggufMetadata();
        PaddedVocabulary.pad(described, source.architecture().vocabulary());
        described.forEach(out::put);
    }
}
