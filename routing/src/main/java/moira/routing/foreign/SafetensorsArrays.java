package moira.routing.foreign;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import moira.engine.MoiraException;
import moira.engine.checkpoint.SafetensorsFile;

/** The arrays of a safetensors file. */
final class SafetensorsArrays implements ArrayFile {
    private final Path path;
    private final Arena arena = Arena.ofConfined();
    private final SafetensorsFile file;

    SafetensorsArrays(Path path) {
        this.path = path;
        try {
            this.file = SafetensorsFile.read(path, arena);
        } catch (MoiraException e) {
            arena.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return path.toString();
    }

    @Override
    public Set<String> arrays() {
        return file.entries().keySet();
    }

    @Override
    public Optional<NumberArray> open(String array) {
        return Optional.ofNullable(file.entries().get(array)).map(entry -> {
            String where = path + ", " + array;
            ElementType type = ElementType.named(entry.dtype())
                    .orElseThrow(() -> MoiraException.expected(where, "whole numbers or floats", entry.dtype()));
            InputStream data = new BufferedInputStream(new Segment(entry.data()), 1 << 16);
            return new NumberArray(where, type, entry.shape(), data);
        });
    }

    @Override
    public void close() {
        arena.close();
    }

    /** Memory as a stream. */
    private static final class Segment extends InputStream {
        private final MemorySegment memory;
        private long at;

        Segment(MemorySegment memory) {
            this.memory = memory;
        }

        @Override
        public int read() throws IOException {
            return at < memory.byteSize() ? Byte.toUnsignedInt(memory.get(ValueLayout.JAVA_BYTE, at++)) : -1;
        }

        @Override
        public int read(byte[] bytes, int from, int length) {
            int count = (int) Math.min(length, memory.byteSize() - at);
            if (count <= 0) {
                return length == 0 ? 0 : -1;
            }
            MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, at, bytes, from, count);
            at += count;
            return count;
        }
    }
}
