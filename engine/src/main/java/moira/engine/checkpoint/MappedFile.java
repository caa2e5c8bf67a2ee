package moira.engine.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import moira.engine.MoiraException;
import moira.engine.io.LfsPointer;

/** Files as memory: the system reads pages when they are touched, so a model may be larger than the machine's memory. */
final class MappedFile {
    private MappedFile() {}

    /** The bytes of a file, for as long as the arena is open. */
    static MemorySegment map(Path path, Arena arena) {
        requireFile(path);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            CutFiles.mapped(path, channel.size());
            return plain(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena), arena);
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    /**
     * The same memory as a segment of the class that arenas allocate, where the JVM permits that ({@code --enable-native-access}).
     * Kernels that unpack from one class into another are compiled for both: prompts of a packed file were 15 % slower.
     */
    @SuppressWarnings("restricted") // no other address, no more bytes, and no longer life than the map's own
    private static MemorySegment plain(MemorySegment map, Arena arena) {
        if (!MappedFile.class.getModule().isNativeAccessEnabled()) {
            return map;
        }
        return MemorySegment.ofAddress(map.address())
                .reinterpret(map.byteSize(), arena, null)
                .asReadOnly();
    }

    /** The bytes of a small file, on the heap. */
    static byte[] read(Path path) {
        requireFile(path);
        try {
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private static void requireFile(Path path) {
        if (!Files.isRegularFile(path)) {
            throw MoiraException.expected(path.toString(), "a file", Files.exists(path) ? "something else" : "none");
        }
        LfsPointer.refuse(path);
    }

    private static MoiraException unreadable(Path path, IOException e) {
        return MoiraException.cannot(path, "be read", e);
    }
}
