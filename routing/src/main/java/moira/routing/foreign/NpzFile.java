package moira.routing.foreign;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import moira.engine.MoiraException;
import moira.engine.Reason;

/** What {@code numpy.savez} and {@code numpy.savez_compressed} write: a zip with one npy file an array. */
final class NpzFile implements ArrayFile {
    private static final String NPY = ".npy";

    /**
     * More than this is no routing. Eight bytes for one of eight experts compress to a twentieth, and deflate cannot do more than
     * a thousandth.
     */
    private static final long MOST_RATIO = 250;

    /** Small arrays may compress as they like. */
    private static final long SMALL = 1 << 20;

    private final Path path;
    private final ZipFile zip;

    NpzFile(Path path) {
        this.path = path;
        try {
            this.zip = new ZipFile(path.toFile());
        } catch (IOException e) {
            throw MoiraException.expected(path.toString(), "an npz (a zip of npy arrays)", Reason.of(e));
        }
    }

    @Override
    public String name() {
        return path.toString();
    }

    @Override
    public Set<String> arrays() {
        Set<String> names = new LinkedHashSet<>();
        zip.stream()
                .map(ZipEntry::getName)
                .filter(name -> name.endsWith(NPY))
                .forEach(name -> names.add(name.substring(0, name.length() - NPY.length())));
        return names;
    }

    @Override
    public Optional<NumberArray> open(String array) {
        ZipEntry entry = zip.getEntry(array + NPY);
        return entry == null ? Optional.empty() : Optional.of(open(path + ", " + array, entry));
    }

    private NumberArray open(String where, ZipEntry entry) {
        long size = entry.getSize();
        if (size > SMALL && size / MOST_RATIO > entry.getCompressedSize()) {
            throw MoiraException.expected(
                    where,
                    "at most " + MOST_RATIO + " bytes for each compressed one",
                    size + " for " + entry.getCompressedSize() + " (a zip bomb?)");
        }
        try {
            InputStream data = new Checked(where, zip.getInputStream(entry), entry.getCrc());
            NpyHeader header = NpyHeader.read(where, data);
            long bytes = header.bytes()
                    + NumberArray.size(where, header.shape()) * header.type().bytes();
            if (bytes != size) {
                throw MoiraException.expected(
                        where, bytes + " bytes for " + header.type() + " " + header.shape(), size);
            }
            return new NumberArray(where, header.type(), header.shape(), new BufferedInputStream(data, 1 << 16));
        } catch (IOException e) {
            throw MoiraException.expected(where, "readable data", Reason.of(e));
        }
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }

    /** Checks the sum over all bytes where they end, which {@link ZipFile} leaves to others. */
    private static final class Checked extends FilterInputStream {
        private final String where;
        private final long expected;

        Checked(String where, InputStream data, long crc) {
            super(new CheckedInputStream(data, new CRC32()));
            this.where = where;
            this.expected = crc;
        }

        @Override
        public int read() throws IOException {
            int value = in.read();
            check(value);
            return value;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int count = in.read(bytes, from, length);
            check(count);
            return count;
        }

        private void check(int result) {
            long found = ((CheckedInputStream) in).getChecksum().getValue();
            if (result < 0 && found != expected) {
                throw MoiraException.expected(
                        where, "data with checksum " + Long.toHexString(expected), Long.toHexString(found));
            }
        }
    }
}
