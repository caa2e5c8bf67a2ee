package moira.routing.foreign;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import moira.engine.MoiraException;
import moira.engine.Reason;

/** An array in a file, in C order, read from front to back: never more of it is in memory than was asked for and is there. */
final class NumberArray implements Closeable {
    private final String where;
    private final ElementType type;
    private final List<Long> shape;
    private final InputStream data;

    /**
     * @param where the file and the array's name, for errors
     * @param data the array's bytes alone, after which it ends; reading its end may check them
     */
    NumberArray(String where, ElementType type, List<Long> shape, InputStream data) {
        this.where = where;
        this.type = type;
        this.shape = List.copyOf(shape);
        this.data = data;
    }

    /** How many values a shape has; fails where that is beyond counting. */
    static long size(String where, List<Long> shape) {
        long size = 1;
        for (long dimension : shape) {
            if (dimension < 0 || Math.multiplyHigh(size, dimension) != 0 || size * dimension > Long.MAX_VALUE / 8) {
                throw MoiraException.expected(where, "a shape that can be counted", shape);
            }
            size *= dimension;
        }
        return size;
    }

    String where() {
        return where;
    }

    List<Long> shape() {
        return shape;
    }

    ElementType type() {
        return type;
    }

    /** Fails if the values are no whole numbers. */
    NumberArray ofIntegers() {
        if (!type.isInteger()) {
            throw MoiraException.expected(where, "whole numbers", type);
        }
        return this;
    }

    /** The next n values. */
    long[] integers(int n) {
        ByteBuffer bytes = read(n);
        long[] values = new long[n];
        for (int i = 0; i < n; i++) {
            values[i] = type.integer(bytes, i);
        }
        return values;
    }

    /** The next n values. */
    float[] reals(int n) {
        ByteBuffer bytes = read(n);
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) type.real(bytes, i);
        }
        return values;
    }

    /** All values of a vector, which must not have more than {@code most}. */
    long[] vector(int most) {
        if (shape.size() != 1 || shape.getFirst() > most) {
            throw MoiraException.expected(where, "a shape [n] with n up to " + most, shape);
        }
        long[] values = ofIntegers().integers(shape.getFirst().intValue());
        end();
        return values;
    }

    private ByteBuffer read(int n) {
        try {
            int wanted = Math.multiplyExact(n, type.bytes());
            byte[] bytes = data.readNBytes(wanted);
            if (bytes.length < wanted) {
                throw MoiraException.expected(where, "the values of shape " + shape, "the end of the data");
            }
            return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException e) {
            throw MoiraException.expected(where, "readable data", Reason.of(e));
        }
    }

    /** Fails unless every value has been read. */
    void end() {
        try {
            if (data.read() >= 0) {
                throw MoiraException.expected(where, "the values of shape " + shape, "more data");
            }
        } catch (IOException e) {
            throw MoiraException.expected(where, "readable data", Reason.of(e));
        }
    }

    @Override
    public void close() throws IOException {
        data.close();
    }
}
