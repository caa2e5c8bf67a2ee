package moira.routing.foreign;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import moira.engine.MoiraException;
import moira.routing.trace.TraceHeader;
import tools.jackson.databind.JsonNode;

/** {@code routed_experts} of a server's answer: base64 of an npy, of int32 without a header, or nested lists; all [tokens, layers, k]. */
final class RoutedExperts {
    private final ImportOptions options;

    RoutedExperts(ImportOptions options) {
        this.options = options;
    }

    /** @throws MoiraException if it is none of these; what a header says is checked before memory is asked for it */
    int[][][] of(JsonNode routed, String where) {
        if (routed.isArray()) {
            return ofLists(routed, where);
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(routed.asString(""));
        } catch (IllegalArgumentException e) {
            throw MoiraException.expected(where, "base64, or lists", Shown.of(routed));
        }
        return bytes.length > 6 && bytes[1] == 'N' && bytes[2] == 'U' ? ofNpy(bytes, where) : ofInts(bytes, where);
    }

    private static int[][][] ofLists(JsonNode routed, String where) {
        int layers = routed.path(0).size();
        int k = routed.path(0).path(0).size();
        if (!routed.isEmpty() && k == 0) {
            throw MoiraException.expected(where, "lists [tokens][layers][k]", Shown.of(routed));
        }
        int[][][] experts = new int[routed.size()][][];
        for (int t = 0; t < experts.length; t++) {
            experts[t] = new int[layers][];
            for (int layer = 0; layer < layers; layer++) {
                experts[t][layer] = decision(routed.path(t), layer, layers, k, where + "[" + t + "]");
            }
        }
        return experts;
    }

    private static int[] decision(JsonNode token, int layer, int layers, int k, String where) {
        JsonNode decision = token.path(layer);
        int[] experts = new int[k];
        boolean fits = token.size() == layers && decision.isArray() && decision.size() == k;
        for (int i = 0; i < k && fits; i++) {
            JsonNode expert = decision.get(i);
            fits = expert.isIntegralNumber() && expert.canConvertToInt();
            experts[i] = fits ? expert.intValue() : 0;
        }
        if (!fits) {
            throw MoiraException.expected(
                    where, "lists of " + layers + " layers with " + k + " whole numbers each", Shown.of(token));
        }
        return experts;
    }

    private static int[][][] ofNpy(byte[] bytes, String where) {
        InputStream in = new ByteArrayInputStream(bytes);
        NpyHeader header = NpyHeader.read(where, in);
        try (NumberArray array = new NumberArray(where, header.type(), header.shape(), in)) {
            List<Long> shape = array.ofIntegers().shape();
            if (shape.size() != 3
                    || shape.contains(0L)
                    || header.bytes()
                                    + NumberArray.size(where, shape)
                                            * header.type().bytes()
                            != bytes.length) {
                throw MoiraException.expected(
                        where,
                        "a shape [tokens, layers, k] of " + (bytes.length - header.bytes()) + " bytes",
                        header.type() + " " + shape);
            }
            long[] values = array.integers((int) NumberArray.size(where, shape));
            return shaped(values, shape.get(1).intValue(), shape.get(2).intValue(), where);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Without a header the shape has to be said. */
    private int[][][] ofInts(byte[] bytes, String where) {
        int layers = options.modelLayers() - options.firstLayer();
        int k = options.expertsPerToken();
        if (bytes.length == 0 || layers < 1 || k < 1 || bytes.length % (4L * layers * k) != 0) {
            throw MoiraException.expected(
                    where,
                    "an npy, or int32 [tokens, layers, k] with --layers-in-model and --experts-per-token that divide it",
                    bytes.length + " bytes");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long[] values = new long[bytes.length / 4];
        for (int i = 0; i < values.length; i++) {
            values[i] = buffer.getInt();
        }
        return shaped(values, layers, k, where);
    }

    private static int[][][] shaped(long[] values, int layers, int k, String where) {
        int[][][] experts = new int[values.length / (layers * k)][layers][k];
        for (int i = 0; i < values.length; i++) {
            if (values[i] < -1 || values[i] >= TraceHeader.MOST_EXPERTS) {
                throw MoiraException.expected(
                        where, "experts from 0 to " + (TraceHeader.MOST_EXPERTS - 1) + ", or -1", values[i]);
            }
            experts[i / (layers * k)][i / k % layers][i % k] = (int) values[i];
        }
        return experts;
    }
}
