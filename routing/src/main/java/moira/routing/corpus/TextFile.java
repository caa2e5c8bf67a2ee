package moira.routing.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import moira.engine.MoiraException;

/** A file that is one document. */
record TextFile(Path path, String domain, String source) implements CorpusFile {
    @Override
    public void read(DocumentSink sink) {
        if (!sink.wants(domain)) {
            return;
        }
        try {
            sink.document(new Document(domain, source, text()));
        } catch (CharacterCodingException e) {
            sink.unreadable(domain, MoiraException.expected(path.toString(), "UTF-8 text", "bytes that are not"));
        } catch (IOException e) {
            sink.unreadable(domain, MoiraException.cannot(path, "be read", e));
        }
    }

    private String text() throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException("longer than " + MAX_BYTES + " bytes");
            }
            return Utf8.decode(bytes);
        }
    }
}
