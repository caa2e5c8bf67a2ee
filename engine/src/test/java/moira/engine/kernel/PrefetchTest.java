package moira.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class PrefetchTest {
    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
    void isThereWhereTheBuildRuns() {
        assertThat(Prefetch.isThere()).isTrue();
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
    void changesNothingAndNeedsNoMemoryToBeThere() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(4096);
            memory.fill((byte) 7);
            assertThatCode(() -> {
                        assertThat(Prefetch.lines(memory, 0, 0, 64)).isZero();
                        Prefetch.lines(memory, 1, 4096, 1_000);
                        assertThat(Prefetch.lines(memory, 0, 0, 0)).isZero();
                        Prefetch.lines(MemorySegment.NULL, 0, 0, 1);
                        Prefetch.lines(MemorySegment.NULL, -64, 0, 2);
                    })
                    .doesNotThrowAnyException();
            assertThat(memory.toArray(ValueLayout.JAVA_BYTE)).containsOnly(7);
        }
    }
}
