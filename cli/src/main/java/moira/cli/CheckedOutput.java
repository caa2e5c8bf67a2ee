package moira.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** An output that remembers why it could not be written; the stream that prints to it tells nobody. */
final class CheckedOutput extends FilterOutputStream {
    private volatile IOException failure;

    CheckedOutput(OutputStream out) {
        super(out);
    }

    /** What went wrong first, or null. */
    IOException failure() {
        return failure;
    }

    /** Whether who was reading has read enough, as {@code head} does. */
    boolean isNoLongerRead() {
        return failure != null && String.valueOf(failure.getMessage()).contains("Broken pipe");
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        try {
            out.write(bytes, from, length);
        } catch (IOException e) {
            failure = failure == null ? e : failure;
            throw e;
        }
    }
}
