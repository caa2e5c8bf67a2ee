package moira.server;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import moira.engine.RoutingObserver;
import moira.engine.architecture.Architecture;

/** Where the tokens of one sequence went, in all layers that route. */
final class RoutingRecord implements RoutingObserver {
    private static final int BYTE = 256;

    private final List<Integer> layers;
    private final int[] indexOf;
    private final int k;
    private final int experts;
    /** {@code [tokens][layers][k]}. */
    private short[] chosen = new short[0];

    private short[] weights = new short[0];
    private int tokens;

    RoutingRecord(Architecture architecture) {
        layers = architecture.routedLayers();
        indexOf = new int[architecture.depth()];
        for (int i = 0; i < layers.size(); i++) {
            indexOf[layers.get(i)] = i;
        }
        k = architecture.expertsPerToken();
        experts = architecture.experts();
    }

    @Override
    public void routed(int layer, int position, int count, int[] chosenNow, float[] weightsNow, float[] scores) {
        int size = (position + count) * layers.size() * k;
        if (size > chosen.length) {
            chosen = Arrays.copyOf(chosen, Math.max(size, 2 * chosen.length));
            weights = Arrays.copyOf(weights, chosen.length);
        }
        for (int t = 0; t < count; t++) {
            int at = ((position + t) * layers.size() + indexOf[layer]) * k;
            for (int c = 0; c < k; c++) {
                chosen[at + c] = (short) chosenNow[t * k + c];
                weights[at + c] = Float.floatToFloat16(weightsNow[t * k + c]);
            }
        }
        if (layer == layers.getLast()) {
            tokens = Math.max(tokens, position + count);
        }
    }

    /** Of how many tokens all is known. */
    int tokens() {
        return tokens;
    }

    /** As the contract has it, of tokens {@code [from, to)}. */
    Map<String, Object> told(Ask.RoutingAsk ask, int from, int to) {
        int size = (to - from) * ask.layers().size() * k;
        boolean bytes = experts <= BYTE;
        ByteBuffer ids = ByteBuffer.allocate(size * (bytes ? 1 : 2)).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer factors = ByteBuffer.allocate(ask.weights() ? size * 2 : 0).order(ByteOrder.LITTLE_ENDIAN);
        for (int t = from; t < to; t++) {
            for (int layer : ask.layers()) {
                int at = (t * layers.size() + indexOf[layer]) * k;
                for (int c = 0; c < k; c++) {
                    if (bytes) {
                        ids.put((byte) chosen[at + c]);
                    } else {
                        ids.putShort(chosen[at + c]);
                    }
                    if (ask.weights()) {
                        factors.putShort(weights[at + c]);
                    }
                }
            }
        }
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("start", from);
        told.put("tokens", to - from);
        told.put("layers", ask.layers());
        told.put("experts_per_token", k);
        told.put("experts", base64(ids));
        told.put("dtype", bytes ? "u8" : "u16");
        if (ask.weights()) {
            told.put("weights", base64(factors));
        }
        return told;
    }

    private static String base64(ByteBuffer bytes) {
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    /** As vLLM has it: an npy of all tokens. */
    String npy() {
        boolean bytes = experts <= BYTE;
        String header = "{'descr': '" + (bytes ? "|u1" : "<u2") + "', 'fortran_order': False, 'shape': (" + tokens
                + ", " + layers.size() + ", " + k + "), }";
        int length = 10 + header.length() + 1;
        String padded = header + " ".repeat((64 - length % 64) % 64) + "\n";
        int values = tokens * layers.size() * k;
        ByteBuffer npy = ByteBuffer.allocate(10 + padded.length() + values * (bytes ? 1 : 2))
                .order(ByteOrder.LITTLE_ENDIAN);
        npy.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) padded.length());
        npy.put(padded.getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < values; i++) {
            if (bytes) {
                npy.put((byte) chosen[i]);
            } else {
                npy.putShort(chosen[i]);
            }
        }
        return base64(npy);
    }
}
