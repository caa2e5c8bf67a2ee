package moira.engine.conversion;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import moira.engine.MoiraException;
import moira.engine.checkpoint.Checkpoint;
import moira.engine.checkpoint.FormatMix;
import moira.engine.checkpoint.GgufConfig;
import moira.engine.checkpoint.GgufOutput;
import moira.engine.concurrent.Workers;

/** Writes a model as a GGUF file. Never more than a few rows of it are in memory; the file is the same for any number of threads. */
public final class Conversion {
    /** Enough to make sharing out cheap. */
    private static final int VALUES_OF_A_TASK = 1 << 16;

    /** Tasks between two writes, for any number of threads, so that sums over them have one order: 2 MB of Q8_0. */
    private static final int TASKS_AT_ONCE = 32;

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
        this.source = source;
        this.mix = mix;
        tensors = Plan.of(source.config(), source.weights(), mix);
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
        if (Files.exists(file) && !(overwrite && Files.isRegularFile(file))) {
            throw MoiraException.expected(
                    file.toString(),
                    overwrite ? "a file or nothing of that name" : "nothing of that name (--overwrite replaces a file)",
                    Files.isRegularFile(file) ? "a file" : "something else");
        }
        GgufOutput out = new GgufOutput();
        metadata(out);
        ConversionReport.Tally tally = new ConversionReport.Tally();
        try (Workers workers = new Workers(threads)) {
            for (PlannedTensor tensor : tensors) {
                out.tensor(
                        tensor.name(),
                        tensor.format(),
                        tensor.shape(),
                        stream -> convert(tensor, stream, workers, tally, written));
            }
            out.write(file);
            return tally.report(size(file));
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new MoiraException(file + ": cannot be read: " + e, e);
        }
    }

    private void metadata(GgufOutput out) {
        GgufConfig.write(source.config(), source.name(), out);
        out.put("general.file_type", mix.fileType()).put("general.quantization_version", QUANTIZATION_VERSION);
        Map<String, Object> described = source.ggufMetadata();
        PaddedVocabulary.pad(described, source.config().vocabulary());
        described.forEach(out::put);
    }

    private static void convert(
            PlannedTensor tensor, OutputStream out, Workers workers, ConversionReport.Tally tally, LongConsumer written)
            throws IOException {
        int rowsOfTask = Math.max(1, VALUES_OF_A_TASK / tensor.columns());
        int rowBytes = Math.toIntExact(tensor.format().bytes(tensor.columns()));
        int rowsAtOnce = (int) Math.min((long) rowsOfTask * TASKS_AT_ONCE, tensor.rows());
        byte[] bytes = new byte[Math.multiplyExact(rowsAtOnce, rowBytes)];
        MemorySegment segment = MemorySegment.ofArray(bytes);
        List<RowConverter> converters = converters(tensor, workers.threads());
        for (long first = 0; first < tensor.rows(); first += rowsAtOnce) {
            int rows = (int) Math.min(rowsAtOnce, tensor.rows() - first);
            double[] errors = new double[2 * Math.ceilDiv(rows, rowsOfTask)];
            long start = first;
            workers.run(errors.length / 2, (task, worker) -> {
                RowConverter converter = converters.get(worker);
                converter.reset();
                for (int row = task * rowsOfTask; row < Math.min(rows, (task + 1) * rowsOfTask); row++) {
                    converter.convert(start + row, segment, (long) row * rowBytes);
                }
                errors[2 * task] = converter.squaredError;
                errors[2 * task + 1] = converter.squares;
            });
            out.write(bytes, 0, rows * rowBytes);
            written.accept((long) rows * rowBytes);
            tally.add(tensor, rows, errors);
        }
    }

    private static List<RowConverter> converters(PlannedTensor tensor, int threads) {
        List<RowConverter> converters = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            converters.add(new RowConverter(tensor));
        }
        return converters;
    }
}
