package moira.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The last layer's experts are skipped for tokens whose logits nobody wants, which changes no other number. */
class WantedLogitsTest {
    private static final int[] TEXT = {0, 3, 1, 4, 2, 2};

    @TempDir
    Path folder;

    private TinyDecoder tiny;
    private Decoder decoder;
    private int vocabulary;

    @BeforeEach
    void load() throws IOException {
        tiny = new TinyDecoder(folder);
        decoder = tiny.decoder();
        vocabulary = tiny.architecture().vocabulary();
    }

    @AfterEach
    void close() {
        tiny.close();
    }

    @Test
    void theSameBitsHoweverManyAreWanted() {
        float[] all = tiny.logits(decoder.newSequence(), TEXT, TEXT.length);
        for (int wanted = 1; wanted < TEXT.length; wanted++) {
            assertThat(tiny.logits(decoder.newSequence(), TEXT, wanted)).isEqualTo(last(all, wanted));
        }
    }

    @Test
    void whatFollowsDoesNotDependOnWhatWasWantedBefore() {
        float[] all = tiny.logits(decoder.newSequence(), TEXT, TEXT.length);
        Sequence sequence = decoder.newSequence();
        decoder.forward(sequence, TEXT, 0, 4, 0, null);
        assertThat(tiny.logits(sequence, Arrays.copyOfRange(TEXT, 4, TEXT.length), 2))
                .isEqualTo(last(all, 2));
    }

    @Test
    void logitsThatWereNotWantedAreRefused() {
        Sequence sequence = decoder.newSequence();
        decoder.forward(sequence, TEXT, 0, TEXT.length, 2, null);
        assertThatThrownBy(() -> decoder.logits(sequence, 3, 1, new float[vocabulary]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("logits: expected wanted tokens, from 4, found 3");
    }

    private float[] last(float[] all, int tokens) {
        return Arrays.copyOfRange(all, all.length - tokens * vocabulary, all.length);
    }
}
