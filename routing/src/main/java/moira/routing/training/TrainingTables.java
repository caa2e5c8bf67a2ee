package moira.routing.training;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import moira.routing.DuckDb;
import moira.routing.result.Columns;
import org.duckdb.DuckDBAppender;

/** The tables {@code training}, {@code training_share} and {@code training_loss} while they are filled. */
final class TrainingTables implements AutoCloseable {
    private final DuckDb database = DuckDb.inMemory();

    TrainingTables() {
        database.execute(
                "CREATE TABLE training (step BIGINT, tokens BIGINT, measure VARCHAR, layer INTEGER, domain VARCHAR,"
                        + " value DOUBLE, ci_low DOUBLE, ci_high DOUBLE, chance DOUBLE, by_load DOUBLE, p_value DOUBLE,"
                        + " holds BOOLEAN, unit VARCHAR)");
        database.execute("CREATE TABLE training_share (step BIGINT, layer INTEGER, domain VARCHAR, expert INTEGER,"
                + " share DOUBLE, ci_low DOUBLE, ci_high DOUBLE, random DOUBLE)");
        database.execute("CREATE TABLE training_loss (step BIGINT, tokens BIGINT, steps INTEGER, loss DOUBLE,"
                + " loss_low DOUBLE, loss_high DOUBLE, balance DOUBLE, gradient_norm DOUBLE, learning_rate DOUBLE,"
                + " max_over_mean DOUBLE)");
    }

    void addPoints(List<Point> points) {
        database.append("training", rows -> {
            for (Point point : points) {
                rows.beginRow()
                        .append(point.probe().step())
                        .append(point.probe().tokens())
                        .append(point.measure());
                if (point.layer() < 0) {
                    rows.appendNull();
                } else {
                    rows.append(point.layer());
                }
                rows.append(point.domain());
                numbers(rows, point.value(), point.low(), point.high(), point.chance(), point.byLoad(), point.p());
                if (point.holds() == null) {
                    rows.appendNull();
                } else {
                    rows.append(point.holds().booleanValue());
                }
                rows.append(point.unit()).endRow();
            }
        });
    }

    /** @param shares columns layer, domain, expert, share, ci_low, ci_high, random */
    void addShares(long step, Columns shares) {
        database.append("training_share", rows -> {
            for (int i = 0; i < shares.rows(); i++) {
                rows.beginRow()
                        .append(step)
                        .append(shares.integer(i, "layer"))
                        .append(shares.string(i, "domain"))
                        .append(shares.integer(i, "expert"));
                numbers(
                        rows,
                        shares.number(i, "share"),
                        shares.number(i, "ci_low"),
                        shares.number(i, "ci_high"),
                        shares.number(i, "random"));
                rows.endRow();
            }
        });
    }

    void addLosses(List<LossBin> losses) {
        database.append("training_loss", rows -> {
            for (LossBin bin : losses) {
                rows.beginRow().append(bin.step()).append(bin.tokens()).append(bin.steps());
                numbers(
                        rows,
                        bin.loss(),
                        bin.low(),
                        bin.high(),
                        bin.balance(),
                        bin.gradientNorm(),
                        bin.learningRate(),
                        bin.maxOverMean());
                rows.endRow();
            }
        });
    }

    /** Eight decimals: the tables ship with a model. */
    private static void numbers(DuckDBAppender rows, double... numbers) throws SQLException {
        for (double number : numbers) {
            if (Double.isFinite(number)) {
                rows.append(Math.rint(number * 1e8) / 1e8);
            } else {
                rows.appendNull();
            }
        }
    }

    /** Writes each as CSV and Parquet. */
    void write(Path folder) {
        for (String name : TrainingHistory.TABLES) {
            String rows = "SELECT * FROM " + name;
            database.writeParquet(rows, folder.resolve(name + ".parquet"));
            database.writeCsv(rows, folder.resolve(name + ".csv"));
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
