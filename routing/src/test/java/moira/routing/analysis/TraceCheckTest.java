package moira.routing.analysis;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import moira.engine.MoiraException;
import moira.routing.DuckDb;
import moira.routing.trace.PlantedTrace;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A trace's files as others may have written or changed them: one line, with the file. */
class TraceCheckTest {
    private static final PlantedTrace PLANTED = new PlantedTrace(4, 2, List.of(0, 2), 2, 3, 1, 10, 12, 3);

    @TempDir
    private Path folder;

    @BeforeEach
    void write() {
        PLANTED.write(folder.resolve("trace"), PLANTED.uniform());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            tokens.parquet | * REPLACE (0 AS document, position % 5 AS position) | expected one row for each document, position, found two for
            tokens.parquet | * REPLACE (CAST(position AS VARCHAR) AS position) | column position: expected whole numbers, found VARCHAR
            tokens.parquet | * EXCLUDE (special) | column special: expected true or false, found no such column
            tokens.parquet | * REPLACE (NULL::BOOLEAN AS special) | column special: expected true or false, found NULL
            documents.parquet | * REPLACE (0 AS document) | expected one row for each document, found two for document 0
            documents.parquet | * REPLACE (nullif(domain, 'domain a') AS domain) | column domain: expected text, found NULL
            documents.parquet | * REPLACE (document + 100000000000 AS document) | column document: expected whole numbers from 0 to 2147483647, found 1000000000
            documents.parquet | * REPLACE (document + 1000 AS document) | expected documents that documents.parquet has, found document
            routing/part-00000.parquet | * REPLACE (-1 AS expert) | column expert: expected whole numbers from 0 to 3, found -1
            routing/part-00000.parquet | * REPLACE (300 AS choice) | column choice: expected whole numbers from 0 to 2, found 300
            routing/part-00000.parquet | * REPLACE (70000 AS layer) | column layer: expected whole numbers from 0 to 2, found 70000
            routing/part-00000.parquet | * REPLACE ('nan'::FLOAT AS weight) | column weight: expected finite numbers, found nan
            routing/part-00000.parquet | * REPLACE (1 AS choice) | expected one row for each document, position, layer, choice, found two for
            router/part-00000.parquet | * REPLACE ('inf'::FLOAT AS entropy) | column entropy: expected finite numbers, found inf
            """)
    void whatIsWrongIsNamed(String file, String select, String words) throws IOException {
        change(folder.resolve("trace").resolve(file), select);
        assertThatThrownBy(this::analyse)
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("trace")
                .hasMessageContaining(words)
                .hasMessageNotContaining("\n");
    }

    /** Whole numbers of another width are whole numbers, and tables the same. */
    @Test
    void widerNumbersAreRead() throws IOException {
        change(
                folder.resolve("trace/routing/part-00000.parquet"),
                "* REPLACE (CAST(document AS BIGINT) AS document, CAST(expert AS UBIGINT) AS expert, CAST(weight AS DOUBLE) AS weight)");
        analyse();
    }

    @Test
    void aDomainThatIsNullIsAnError() throws IOException {
        Path header = folder.resolve("trace/trace.json");
        Files.writeString(header, Files.readString(header).replaceFirst("\"domains\" : \\[", "\"domains\" : [ null,"));
        assertThatThrownBy(this::analyse)
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("trace.json: expected model, corpus with domains, and layers");
    }

    private void analyse() {
        Analysis.run(folder.resolve("trace"), folder.resolve("out"), new AnalysisOptions(10, 10, 20, 1));
    }

    private static void change(Path file, String select) throws IOException {
        Path before = file.resolveSibling("before.parquet");
        Files.move(file, before, StandardCopyOption.REPLACE_EXISTING);
        try (DuckDb database = DuckDb.inMemory()) {
            database.writeParquet("SELECT " + select + " FROM " + DuckDb.parquet(List.of(before)), file);
        }
        Files.delete(before);
    }
}
