package moira.routing.corpus;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** Lines as bytes, so that each can be decoded strictly, and none can fill the memory. */
final class LineReader implements Closeable {
    private final InputStream in;
    private final int limit;
    private final byte[] buffer = new byte[1 << 16];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int at;
    private int end;
    private long number;
    private boolean tooLong;

    LineReader(InputStream in, int limit) {
        this.in = in;
        this.limit = limit;
    }

    /** The next line without its newline, or null at the end. Of one that is {@link #tooLong} only the beginning is kept. */
    byte[] next() throws IOException {
        line.reset();
        tooLong = false;
        number++;
        boolean any = false;
        while (fill()) {
            any = true;
            int start = at;
            while (at < end && buffer[at] != '\n') {
                at++;
            }
            keep(start);
            if (at < end) {
                at++;
                return line.toByteArray();
            }
        }
        return any ? line.toByteArray() : null;
    }

    private boolean fill() throws IOException {
        if (at == end) {
            at = 0;
            end = Math.max(in.read(buffer), 0);
        }
        return end > 0;
    }

    private void keep(int start) {
        int room = limit - line.size();
        tooLong |= at - start > room;
        line.write(buffer, start, Math.min(at - start, room));
    }

    /** The number of the line that {@link #next} last gave, or failed to give, from 1. */
    long number() {
        return number;
    }

    /** Whether the last line was longer than the limit. */
    boolean tooLong() {
        return tooLong;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
