package moira.routing.foreign;

import static moira.routing.foreign.ArrayWriter.array;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import moira.engine.MoiraException;
import moira.routing.Progress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Arrays that are not what they should be: one line that names the place, and no half trace. */
class BadArraysTest {
    private static final String HEADER = "{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }";

    private static final int FLIPS = 150;

    @TempDir
    private Path folder;

    /** Three tokens, two layers, two of four experts. */
    private static ArrayWriter.Array experts() {
        return array(ElementType.U8, "3, 2, 2", 0, 1, 2, 3, 1, 0, 3, 2, 0, 2, 1, 3);
    }

    private static ArrayWriter.Array weights() {
        return array(ElementType.F16, "3, 2, 2", .5, .5, .6, .4, .7, .3, .8, .2, .9, .1, 1, 0);
    }

    private static ArrayWriter whole() {
        return new ArrayWriter().add("experts", experts()).add("weights", weights());
    }

    private static ArrayWriter raw(String descr, String fortran, String shape, int bytes) {
        return new ArrayWriter()
                .raw("experts", ArrayWriter.npy(1, HEADER.formatted(descr, fortran, shape), new byte[bytes]));
    }

    static Stream<Arguments> wrongArrays() {
        ArrayWriter.Array outOfRange = array(ElementType.U8, "3, 2, 2", 0, 1, 2, 3, 1, 0, 3, 2, 0, 4, 1, 3);
        ArrayWriter.Array negative = array(ElementType.I8, "3, 2, 2", 0, 1, 2, 3, -1, 0, 3, 2, 0, 1, 1, 3);
        ArrayWriter.Array twice = array(ElementType.U8, "3, 2, 2", 0, 1, 2, 3, 1, 0, 3, 3, 0, 1, 1, 3);
        ArrayWriter.Array nan = array(ElementType.F32, "3, 2, 2", 1, 0, 1, 0, 1, 0, Double.NaN, 0, 1, 0, 1, 0);
        ArrayWriter.Array infinite =
                array(ElementType.F32, "3, 2, 2", 1, 0, 1, 0, Double.POSITIVE_INFINITY, 0, 1, 0, 1, 0, 1, 0);
        ArrayWriter.Array below = array(ElementType.F32, "3, 2, 2", 1, 0, 1, -.5, 1, 0, 1, 0, 1, 0, 1, 0);
        ArrayWriter.Array real = array(ElementType.F32, "3, 2, 2", 0, 1, 2, 3, 1, 0, 3, 2, 0, 1, 1, 3);
        return Stream.of(
                Arguments.of(new ArrayWriter().add("routing", experts()), "expected an array experts"),
                Arguments.of(new ArrayWriter().add("experts", experts().shaped("6, 2")), "[tokens, layers, k]"),
                Arguments.of(
                        new ArrayWriter()
                                .add("experts", experts().shaped("3, 4, 1"))
                                .add("weights", weights()),
                        "weights: expected the shape [3, 4, 1], found [3, 2, 2]"),
                Arguments.of(new ArrayWriter().add("experts", experts().shaped("0, 2, 2")), "bytes for"),
                Arguments.of(new ArrayWriter().add("experts", experts().shaped("4, 2, 2")), "bytes for U8 [4, 2, 2]"),
                Arguments.of(
                        new ArrayWriter().add("experts", outOfRange),
                        "experts[2, 0] (document 0, layer 0): expected experts from 0 to 3, found 4"),
                Arguments.of(
                        new ArrayWriter().add("experts", negative),
                        "experts[1, 0] (document 0, layer 0): expected experts from 0 to 3, found -1"),
                Arguments.of(
                        new ArrayWriter().add("experts", twice),
                        "experts[1, 1] (document 0, layer 1): expected 2 different experts, found [3, 3]"),
                Arguments.of(new ArrayWriter().add("experts", real), "expected whole numbers, found F32"),
                Arguments.of(
                        new ArrayWriter().add("experts", experts()).add("weights", nan),
                        "[1, 1] (document 0, layer 1): expected weights of 0 or more, found NaN"),
                Arguments.of(new ArrayWriter().add("experts", experts()).add("weights", infinite), "found Infinity"),
                Arguments.of(new ArrayWriter().add("experts", experts()).add("weights", below), "found -0.5"),
                Arguments.of(
                        whole().add("tokens", array(ElementType.I32, "2,", 1, 2)),
                        "tokens: expected the shape [3], found [2]"),
                Arguments.of(
                        whole().add("tokens", array(ElementType.I64, "3,", 1, 2, -7)), "tokens[2]: expected an id"),
                Arguments.of(whole().add("tokens", array(ElementType.F32, "3,", 1, 2, 3)), "expected whole numbers"),
                Arguments.of(
                        whole().add("layers", array(ElementType.I32, "1,", 0)),
                        "layers: expected the shape [2], found [1]"),
                Arguments.of(whole().add("layers", array(ElementType.I32, "2,", 3, 3)), "different layers"),
                Arguments.of(whole().add("layers", array(ElementType.I32, "2,", 0, -1)), "different layers"),
                Arguments.of(raw("|u1", "True", "3, 2, 2", 12), "found Fortran order"),
                Arguments.of(raw(">i4", "False", "3, 2, 2", 48), "expected little-endian"),
                Arguments.of(raw("|O", "False", "3, 2, 2", 12), "a Python pickle, which runs code"),
                Arguments.of(raw("<c8", "False", "3, 2, 2", 96), "found type <c8"),
                Arguments.of(raw("|u1", "False", "1099511627776, 1099511627776, 2", 12), "a shape that can be counted"),
                Arguments.of(raw("|u1", "False", "99999999999999999999, 2, 2", 12), "a shape that can be counted"),
                Arguments.of(raw("|u1", "False", "4000000000, 2, 2", 12), "bytes for U8 [4000000000, 2, 2]"),
                Arguments.of(raw("|u1", "False", "1, 40000, 1", 40000), "32768 layers"),
                Arguments.of(new ArrayWriter().raw("experts", new byte[40]), "expected an npy array, found other data"),
                Arguments.of(new ArrayWriter().raw("experts", new byte[3]), "expected an npy array, found other data"),
                Arguments.of(
                        new ArrayWriter().raw("experts", ArrayWriter.npy(4, HEADER, new byte[0])), "version 1 to 3"),
                Arguments.of(
                        new ArrayWriter().raw("experts", ArrayWriter.npy(1, "{}", new byte[0])),
                        "descr, fortran_order and shape"),
                Arguments.of(
                        new ArrayWriter()
                                .raw(
                                        "experts",
                                        ArrayWriter.npy(
                                                1,
                                                "{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (3,), }",
                                                new byte[12])),
                        "found a structured type"),
                Arguments.of(new ArrayWriter().raw("experts", longHeader()), "an npy header of at most"));
    }

    /** Announces four gigabytes of header. */
    private static byte[] longHeader() {
        byte[] npy = ArrayWriter.npy(2, HEADER, new byte[0]);
        ByteBuffer.wrap(npy).order(ByteOrder.LITTLE_ENDIAN).putInt(8, -2);
        return npy;
    }

    private ImportOptions options(Path documents) {
        return new ImportOptions(documents, null, 4, 0, null, "prefill", 0, 0, false, ImportOptions.Fields.DEFAULTS);
    }

    private void mustFail(String format, Path file, Path documents, String message) throws IOException {
        Path out = folder.resolve("out/trace");
        assertThatThrownBy(() -> Importer.run(format, List.of(file), options(documents), out, Progress.NONE))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
        if (Files.exists(out.getParent())) {
            try (Stream<Path> left = Files.list(out.getParent())) {
                assertThat(left).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("wrongArrays")
    void wrongArraysAreRefused(ArrayWriter arrays, String message) throws IOException {
        mustFail("npz", arrays.npz(folder.resolve("routing.npz"), false), null, message);
    }

    @Test
    void theRightOnesAreNotRefused() throws IOException {
        Importer.run(
                "npz",
                List.of(whole().npz(folder.resolve("routing.npz"), false)),
                options(null),
                folder.resolve("out/trace"),
                Progress.NONE);
        assertThat(folder.resolve("out/trace/routing/part-00000.parquet")).exists();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void laterVersionsOfNpyAreRead(int version) throws IOException {
        byte[] npy = ArrayWriter.npy(
                version, HEADER.formatted("|u1", "False", "3, 2, 2"), experts().data());
        Path file = new ArrayWriter().raw("experts", npy).npz(folder.resolve("routing.npz"), true);
        Importer.run("npz", List.of(file), options(null), folder.resolve("out/trace"), Progress.NONE);
        assertThat(folder.resolve("out/trace/trace.json")).exists();
    }

    @Test
    void manyMembersNeedZip64() throws IOException {
        ArrayWriter arrays = whole();
        for (int i = 0; i < 66_000; i++) {
            arrays.raw("other" + i, new byte[0]);
        }
        Path file = arrays.npz(folder.resolve("routing.npz"), true);
        Importer.run("npz", List.of(file), options(null), folder.resolve("out/trace"), Progress.NONE);
        assertThat(folder.resolve("out/trace/trace.json")).exists();
    }

    static Stream<Arguments> wrongDocuments() {
        String line = "{\"document\": 0, \"domain\": \"a\", \"tokens\": 3}\n";
        return Stream.of(
                Arguments.of(line.replace("3}", "2}"), "add up to the 3 tokens of the arrays, found 2"),
                Arguments.of(line + line, "documents.jsonl:2: expected a document that was not there yet, found 0"),
                Arguments.of("{\"domain\": \"a\"}\n", "\"tokens\" or \"pieces\" in every line"),
                Arguments.of("{\"tokens\": 3}\n", "documents.jsonl:1: expected an object with a \"domain\""),
                Arguments.of(line.replace("3}", "-3}"), "documents.jsonl:1: expected a number of \"tokens\", found -3"),
                Arguments.of(line.replace("3}", "3e9}"), "expected a number of \"tokens\""),
                Arguments.of(line.replace("3}", "3, \"pieces\": [\"x\"]}"), "expected pieces for 3 tokens, found 1"),
                Arguments.of(
                        "{\"domain\": \"a\", \"pieces\": [\"x\", 2, \"y\"]}",
                        "expected pieces that are strings, found 2"),
                Arguments.of(
                        "{\"domain\": \"a\", \"pieces\": [\"x\"]}\n{\"domain\": \"a\", \"tokens\": 2}",
                        "documents.jsonl:2: expected pieces in every line or in none"),
                Arguments.of("no JSON", "documents.jsonl:1: expected a JSON object"),
                Arguments.of("", "expected a document a line, found none"));
    }

    @ParameterizedTest
    @MethodSource("wrongDocuments")
    void documentsThatDoNotFitAreRefused(String lines, String message) throws IOException {
        Path documents = Files.writeString(folder.resolve("documents.jsonl"), lines);
        mustFail("npz", whole().npz(folder.resolve("routing.npz"), false), documents, message);
    }

    @Test
    void aBombIsRefusedBeforeItIsRead() throws IOException {
        Path file = raw("|u1", "False", "67108864, 1, 1", 64 << 20).npz(folder.resolve("bomb.npz"), false);
        assertThat(Files.size(file)).isLessThan(100_000);
        mustFail("npz", file, null, "a zip bomb?");
    }

    @Test
    void aMemberThatIsLongerThanItSaysIsRefused() throws IOException {
        int header = ArrayWriter.npy(1, HEADER.formatted("|u1", "False", "3, 2, 2"), new byte[0]).length;
        byte[] data = new byte[100_000];
        System.arraycopy(experts().data(), 0, data, 0, 12);
        byte[] npy = ArrayWriter.npy(1, HEADER.formatted("|u1", "False", "3, 2, 2"), data);
        Path file = new ArrayWriter().raw("experts", npy).npz(folder.resolve("long.npz"), false);
        byte[] zip = Files.readAllBytes(file);
        ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN).putInt(central(zip) + 24, header + 12);
        mustFail("npz", Files.write(file, zip), null, "expected the values of shape [3, 2, 2], found more data");
    }

    @Test
    void flippedBitsAreNoticed() throws IOException {
        Path file = whole().npz(folder.resolve("flipped.npz"), true);
        byte[] zip = Files.readAllBytes(file);
        int data = new String(zip, StandardCharsets.ISO_8859_1).indexOf("(3, 2, 2), }\n") + 13;
        zip[data] = 3;
        mustFail("npz", Files.write(file, zip), null, "expected data with checksum");
    }

    /** Where the first member stands in the zip's directory. */
    private static int central(byte[] zip) {
        for (int i = 0; ; i++) {
            if (zip[i] == 'P' && zip[i + 1] == 'K' && zip[i + 2] == 1 && zip[i + 3] == 2) {
                return i;
            }
        }
    }

    @Test
    void anyCutOfTheFileIsOneLine() throws IOException {
        byte[] zip = Files.readAllBytes(whole().npz(folder.resolve("whole.npz"), false));
        byte[] tensors = Files.readAllBytes(whole().safetensors(folder.resolve("whole.safetensors")));
        for (int length = 0; length < zip.length; length += 17) {
            mustFail("npz", Files.write(folder.resolve("cut.npz"), Arrays.copyOf(zip, length)), null, "cut.npz");
        }
        for (int length = 0; length < tensors.length; length += 17) {
            Path cut = Files.write(folder.resolve("cut.safetensors"), Arrays.copyOf(tensors, length));
            mustFail("safetensors", cut, null, "cut.safetensors");
        }
    }

    /** Whatever a byte is changed to, the file is read or refused. */
    @Test
    void anyChangedByteIsReadOrRefused() throws IOException {
        Random random = new Random(11);
        for (int i = 0; i < FLIPS; i++) {
            Path file = whole().npz(folder.resolve("f.npz"), i % 2 == 0);
            if (i % 5 == 0) {
                whole().safetensors(file);
            }
            byte[] bytes = Files.readAllBytes(file);
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            Files.write(file, bytes);
            Path out = folder.resolve("flip/" + i);
            try {
                String format = i % 5 == 0 ? "safetensors" : "npz";
                Importer.run(format, List.of(file), options(null), out, Progress.NONE);
                assertThat(out.resolve("trace.json")).exists();
            } catch (MoiraException e) {
                assertThat(e.getMessage()).contains("f.npz");
                assertThat(out).doesNotExist();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"routing.pt", "routing.PTH", "routing.pkl", "routing.npz"})
    void picklesAreRefusedByNameAndByContent(String name) throws IOException {
        byte[] pickle = {(byte) 0x80, 4, 'K', 1, '.'};
        mustFail("npz", Files.write(folder.resolve(name), pickle), null, "runs code when it is read");
    }

    @Test
    void torchZipsAreRefusedAsPickles() throws IOException {
        Path file = folder.resolve("model.bin");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("archive/data.pkl"));
        }
        mustFail("npz", file, null, "runs code when it is read");
    }

    @Test
    void otherFilesAreNamed() throws IOException {
        mustFail("npz", folder.resolve("none.npz"), null, "none.npz: expected a file, found none");
        mustFail("npz", folder, null, "expected a file, found something else");
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        new GZIPOutputStream(gzip).close();
        mustFail("npz", Files.write(folder.resolve("a.npz"), gzip.toByteArray()), null, "expected an npz");
        mustFail("safetensors", Files.write(folder.resolve("b"), new byte[30]), null, "b");
    }

    @Test
    void whatLiesThereIsOnlyReplacedByAWholeTrace() throws IOException {
        Path good = whole().npz(folder.resolve("good.npz"), false);
        Path bad = raw("|u1", "True", "3, 2, 2", 12).npz(folder.resolve("bad.npz"), false);
        Path out = folder.resolve("trace");
        ImportOptions overwrite =
                new ImportOptions(null, "second", 4, 0, null, "prefill", 0, 0, true, ImportOptions.Fields.DEFAULTS);
        Importer.run("npz", List.of(good), options(null), out, Progress.NONE);
        assertThatThrownBy(() -> Importer.run("npz", List.of(good), options(null), out, Progress.NONE))
                .hasMessageContaining("expected a new folder, found other files");
        assertThatThrownBy(() -> Importer.run("npz", List.of(bad), overwrite, out, Progress.NONE))
                .hasMessageContaining("Fortran");
        assertThat(Files.readString(out.resolve("trace.json"))).contains("\"name\" : \"good\"");
        Importer.run("npz", List.of(good), overwrite, out, Progress.NONE);
        assertThat(Files.readString(out.resolve("trace.json"))).contains("\"name\" : \"second\"");
        Files.writeString(out.resolve("notes.txt"), "mine");
        assertThatThrownBy(() -> Importer.run("npz", List.of(good), overwrite, out, Progress.NONE))
                .hasMessageContaining("a trace alone");
        assertThat(out.resolve("notes.txt")).exists();
    }
}
