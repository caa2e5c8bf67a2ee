package moira.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import moira.engine.Shared;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.Architectures;
import moira.engine.architecture.Pairing;
import moira.engine.architecture.Part;
import moira.engine.architecture.Weights;
import moira.engine.checkpoint.GgufWriter.Data;
import moira.engine.tensor.Tensor;
import moira.engine.tensor.TensorFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trained reference model: BF16 in a Hugging Face folder, and the same in GGUF as Q8_0. */
class ReferenceModelTest {
    private static final Architecture BF16 =
            Architectures.mixtral(192, 8, 6, 2, 32, 384, 8, 2, 4096, 1024, 1e-5f, 1e6f, 0, Pairing.HALVES);
    private static final Architecture Q8_0 =
            Architectures.mixtral(192, 8, 6, 2, 32, 384, 8, 2, 4096, 1024, 1e-5f, 1e6f, 0, Pairing.INTERLEAVED);

    @Test
    void opensBothForms() {
        try (Checkpoint folder = Checkpoints.open(Shared.path("reference-model"));
                Checkpoint gguf = Checkpoints.open(Shared.path("reference-model/model-q8_0.gguf"))) {
            assertThat(folder.architecture()).isEqualTo(BF16);
            assertThat(folder.name()).isEqualTo("reference-model");
            assertThat(folder.format()).isEqualTo("safetensors, 2 files");
            assertThat(folder.tensors()).hasSize(3 + 8 * (7 + 3 * 8));
            assertThat(gguf.architecture()).isEqualTo(Q8_0);
            assertThat(gguf.name()).isEqualTo("reference mixtral 8x2M");
            assertThat(gguf.format()).isEqualTo("GGUF v3");
            assertThat(gguf.tensors()).hasSize(3 + 8 * 10);
            assertThat(folder.fingerprint()).matches("[0-9a-f]{64}").isNotEqualTo(gguf.fingerprint());
        }
    }

    @Test
    void closingEndsTheMapping() {
        Checkpoint checkpoint = Checkpoints.open(Shared.path("reference-model"));
        Tensor norm = checkpoint.weights().model().get(Part.OUTPUT_NORM);
        assertThat(norm.toFloats()).hasSize(192);
        checkpoint.close();
        assertThatThrownBy(norm::toFloats).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void quantisedWeightsAreCloseToTheOriginals() {
        try (Checkpoint folder = Checkpoints.open(Shared.path("reference-model"));
                Checkpoint gguf = Checkpoints.open(Shared.path("reference-model/model-q8_0.gguf"))) {
            Weights original = folder.weights();
            Weights quantised = gguf.weights();
            assertClose(original.embedding(), quantised.embedding(), row -> row);
            assertClose(original.output(), quantised.output(), row -> row);
            assertClose(
                    original.model().get(Part.OUTPUT_NORM), quantised.model().get(Part.OUTPUT_NORM), row -> row);
            for (int l = 0; l < BF16.depth(); l++) {
                assertClose(original.layers().get(l), quantised.layers().get(l));
            }
        }
    }

    private static void assertClose(Weights.Layer original, Weights.Layer quantised) {
        assertClose(original.one(Part.ATTENTION_NORM), quantised.one(Part.ATTENTION_NORM), row -> row);
        assertClose(original.one(Part.QUERY), quantised.one(Part.QUERY), ReferenceModelTest::halvesOfInterleaved);
        assertClose(original.one(Part.KEY), quantised.one(Part.KEY), ReferenceModelTest::halvesOfInterleaved);
        assertClose(original.one(Part.VALUE), quantised.one(Part.VALUE), row -> row);
        assertClose(original.one(Part.ATTENTION_OUTPUT), quantised.one(Part.ATTENTION_OUTPUT), row -> row);
        assertClose(original.one(Part.FEED_FORWARD_NORM), quantised.one(Part.FEED_FORWARD_NORM), row -> row);
        assertClose(original.one(Part.ROUTER), quantised.one(Part.ROUTER), row -> row);
        for (int e = 0; e < BF16.experts(); e++) {
            assertClose(
                    original.parts().get(Part.EXPERT_GATE).get(e),
                    quantised.parts().get(Part.EXPERT_GATE).get(e),
                    row -> row);
            assertClose(
                    original.parts().get(Part.EXPERT_UP).get(e),
                    quantised.parts().get(Part.EXPERT_UP).get(e),
                    row -> row);
            assertClose(
                    original.parts().get(Part.EXPERT_DOWN).get(e),
                    quantised.parts().get(Part.EXPERT_DOWN).get(e),
                    row -> row);
        }
    }

    /** Where row 2i, 2i + 1 of a head in GGUF stands in Hugging Face's order: i, i + headWidth/2. */
    private static long halvesOfInterleaved(long row) {
        long head = row / 32 * 32;
        long inHead = row % 32;
        return head + inHead / 2 + inHead % 2 * 16;
    }

    private static void assertClose(Tensor original, Tensor quantised, LongUnaryOperator originalRow) {
        assertThat(quantised.shape()).isEqualTo(original.shape());
        int columns = (int) original.columns();
        float[] expected = new float[columns];
        float[] found = new float[columns];
        for (long row = 0; row < original.rows(); row++) {
            original.row(originalRow.applyAsLong(row), expected, 0);
            quantised.row(row, found, 0);
            for (int c = 0; c < columns; c++) {
                double allowed = quantised.format() == TensorFormat.F32 ? 0 : roundingOfQ8(largestOfBlock(expected, c));
                if (!(Math.abs(found[c] - expected[c]) <= allowed)) {
                    throw new AssertionError("%s row %s column %s: %s is not within %s of %s"
                            .formatted(quantised.name(), row, c, found[c], allowed, expected[c]));
                }
            }
        }
    }

    /**
     * The most that Q8_0 moves a value: half a step, a 127th of the block's largest value; and up to 127 times what rounding the
     * step to a half (11 bits, or 2^-24 apart where it is subnormal) moves it. The last factor is for the quantiser's own F32.
     */
    private static double roundingOfQ8(double largest) {
        double step = largest / 127;
        return (step / 2 + 127 * Math.max(step * 0x1p-11, 0x1p-25)) * (1 + 1e-6);
    }

    private static double largestOfBlock(float[] row, int column) {
        double largest = 0;
        for (int c = column / 32 * 32; c < column / 32 * 32 + 32; c++) {
            largest = Math.max(largest, Math.abs(row[c]));
        }
        return largest;
    }

    @Test
    void oneTensorAnExpertGivesTheSameWeights(@TempDir Path temporary) throws IOException {
        Path merged = Shared.path("reference-model/model-q8_0.gguf");
        Path separate = temporary.resolve("separate.gguf");
        try (Arena arena = Arena.ofConfined()) {
            Files.write(separate, separated(GgufFile.read(merged, arena)).bytes());
        }
        try (Checkpoint expected = Checkpoints.open(merged);
                Checkpoint found = Checkpoints.open(separate)) {
            assertThat(found.architecture()).isEqualTo(expected.architecture());
            assertThat(found.tensors()).hasSize(3 + 8 * (7 + 3 * 8));
            assertThat(values(found.weights())).isEqualTo(values(expected.weights()));
        }
    }

    private static GgufWriter separated(GgufFile merged) {
        GgufWriter writer = new GgufWriter();
        merged.metadata().forEach((key, value) -> {
            if (!key.startsWith("tokenizer.")) {
                writer.put(key, value);
            }
        });
        merged.tensors().forEach((name, tensor) -> {
            if (name.contains("_exps")) {
                for (int e = 0; e < 8; e++) {
                    add(writer, name.replace("_exps", "." + e), tensor.slice(e));
                }
            } else {
                add(writer, name, tensor);
            }
        });
        return writer;
    }

    private static void add(GgufWriter writer, String name, Tensor tensor) {
        long[] shape = tensor.shape().stream().mapToLong(n -> n).toArray();
        writer.tensors.put(
                name, new Data(tensor.format().gguf(), shape, tensor.data().toArray(ValueLayout.JAVA_BYTE)));
    }

    /** A hash of the values of every weight, by its place. */
    private static Map<String, Integer> values(Weights weights) {
        Map<String, Integer> values = new HashMap<>();
        values.put("embedding", hash(weights.embedding()));
        values.put("output", hash(weights.output()));
        values.put("output norm", hash(weights.model().get(Part.OUTPUT_NORM)));
        for (int l = 0; l < weights.layers().size(); l++) {
            Weights.Layer layer = weights.layers().get(l);
            values.put(l + " query", hash(layer.one(Part.QUERY)));
            values.put(l + " router", hash(layer.one(Part.ROUTER)));
            for (int e = 0; e < layer.parts().get(Part.EXPERT_UP).size(); e++) {
                values.put(
                        l + " gate " + e,
                        hash(layer.parts().get(Part.EXPERT_GATE).get(e)));
                values.put(
                        l + " up " + e, hash(layer.parts().get(Part.EXPERT_UP).get(e)));
                values.put(
                        l + " down " + e,
                        hash(layer.parts().get(Part.EXPERT_DOWN).get(e)));
            }
        }
        assertThat(values.values()).doesNotHaveDuplicates();
        return values;
    }

    private static int hash(Tensor tensor) {
        return Arrays.hashCode(tensor.toFloats());
    }
}
