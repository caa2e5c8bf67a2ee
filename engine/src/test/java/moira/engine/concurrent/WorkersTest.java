package moira.engine.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WorkersTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void everyTaskRunsOnceInEveryLoop(int threads) {
        try (Workers workers = new Workers(threads)) {
            for (int loop = 0; loop < 3000; loop++) {
                AtomicIntegerArray runs = new AtomicIntegerArray(loop % 40);
                workers.run(runs.length(), (task, worker) -> {
                    assertThat(worker).isBetween(0, threads - 1);
                    runs.getAndIncrement(task);
                });
                for (int i = 0; i < runs.length(); i++) {
                    assertThat(runs.get(i)).isEqualTo(1);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void aTasksExceptionReachesTheCallerAndTheWorkersLiveOn(int threads) {
        try (Workers workers = new Workers(threads)) {
            assertThatThrownBy(() -> workers.run(100, (task, worker) -> {
                        if (task == 63) {
                            throw new IllegalStateException("task 63");
                        }
                    }))
                    .hasMessage("task 63");
            AtomicIntegerArray runs = new AtomicIntegerArray(50);
            workers.run(50, (task, worker) -> runs.getAndIncrement(task));
            assertThat(runs.toString()).doesNotContain("0");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void sleepersWakeUp(int threads) throws InterruptedException {
        try (Workers workers = new Workers(threads)) {
            for (int i = 0; i < 5; i++) {
                Thread.sleep(20);
                AtomicIntegerArray runs = new AtomicIntegerArray(10);
                workers.run(10, (task, worker) -> runs.getAndIncrement(task));
                assertThat(runs.toString()).doesNotContain("0");
            }
        }
    }
}
