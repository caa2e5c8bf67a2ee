package moira.routing.foreign;

import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import moira.engine.MoiraException;
import moira.routing.trace.TraceHeader;

/** The arrays of one file, whose shapes agree: {@code experts} and {@code weights} [tokens, layers, k], {@code tokens} [tokens]. */
final class RoutingArrays implements Closeable {
    /** How to put the tokens first. */
    static final String TURN = "experts.transpose(1, 0, 2) puts tokens first";

    private static final int MOST_USUAL_LAYERS = 128;

    private final ArrayFile file;
    private final NumberArray experts;
    private final Optional<NumberArray> weights;
    private final Optional<NumberArray> ids;
    private final List<Integer> layers;
    private final boolean numbered;

    RoutingArrays(ArrayFile file, int firstLayer) {
        this.file = file;
        this.experts = file.open("experts")
                .orElseThrow(() -> MoiraException.expected(
                        file.name(), "an array experts [tokens, layers, k]", "the arrays " + file.arrays()))
                .ofIntegers();
        checkShape();
        this.weights = file.open("weights");
        this.ids = file.open("tokens").map(NumberArray::ofIntegers);
        mustHaveShape(weights, experts.shape());
        mustHaveShape(ids, experts.shape().subList(0, 1));
        Optional<NumberArray> numbers = file.open("layers");
        this.numbered = numbers.isPresent();
        this.layers = numbers.map(this::numbers).orElseGet(() -> from(firstLayer));
    }

    private List<Integer> from(int firstLayer) {
        if (firstLayer < 0 || firstLayer > TraceHeader.MOST_LAYERS - layerCount()) {
            throw MoiraException.expected(
                    experts.where(),
                    "layers from 0 to " + (TraceHeader.MOST_LAYERS - 1),
                    layerCount() + " from " + firstLayer + " on");
        }
        return IntStream.range(firstLayer, firstLayer + layerCount()).boxed().toList();
    }

    private void checkShape() {
        List<Long> shape = experts.shape();
        boolean fits = shape.size() == 3
                && shape.stream().allMatch(n -> n > 0)
                && shape.get(1) <= TraceHeader.MOST_LAYERS
                && shape.get(2) <= TraceHeader.MOST_CHOICES;
        if (!fits) {
            String limits = TraceHeader.MOST_LAYERS + " layers and k up to " + TraceHeader.MOST_CHOICES;
            throw MoiraException.expected(
                    experts.where(), "a shape [tokens, layers, k] of 1 or more, up to " + limits, shape);
        }
    }

    private static void mustHaveShape(Optional<NumberArray> array, List<Long> shape) {
        if (array.isPresent() && !array.get().shape().equals(shape)) {
            throw MoiraException.expected(
                    array.get().where(), "the shape " + shape, array.get().shape());
        }
    }

    private List<Integer> numbers(NumberArray array) {
        mustHaveShape(Optional.of(array), experts.shape().subList(1, 2));
        long[] numbers = array.vector(TraceHeader.MOST_LAYERS);
        List<Integer> layers = IntStream.range(0, numbers.length)
                .filter(i -> numbers[i] >= 0 && numbers[i] < TraceHeader.MOST_LAYERS)
                .mapToObj(i -> (int) numbers[i])
                .distinct()
                .toList();
        if (layers.size() != numbers.length) {
            throw MoiraException.expected(
                    array.where(), "different layers from 0 to " + (TraceHeader.MOST_LAYERS - 1), shown(numbers));
        }
        return layers;
    }

    private static String shown(long[] numbers) {
        return Arrays.toString(numbers);
    }

    /** Fails where the arrays have more layers than tokens, and more than a model has, and nobody says that it is so. */
    void mustBeTokensFirst() {
        if (!numbered && layerCount() > MOST_USUAL_LAYERS && layerCount() > tokens()) {
            throw MoiraException.expected(
                    experts.where(),
                    "[tokens, layers, k], or an array layers with their numbers",
                    experts.shape() + ", which looks like layers first: " + TURN);
        }
    }

    /** Whether the file says which layers these are. */
    boolean isNumbered() {
        return numbered;
    }

    NumberArray experts() {
        return experts;
    }

    Optional<NumberArray> weights() {
        return weights;
    }

    Optional<NumberArray> ids() {
        return ids;
    }

    /** Their numbers, in the order of the array. */
    List<Integer> layers() {
        return layers;
    }

    long tokens() {
        return experts.shape().get(0);
    }

    int layerCount() {
        return experts.shape().get(1).intValue();
    }

    int k() {
        return experts.shape().get(2).intValue();
    }

    String name() {
        return file.name();
    }

    /** Fails unless all has been read. */
    void end() {
        arrays().forEach(NumberArray::end);
    }

    private Stream<NumberArray> arrays() {
        return Stream.of(Optional.of(experts), weights, ids).flatMap(Optional::stream);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
