package moira.routing.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import moira.engine.MoiraException;

/** Text files of the class path: our own resources and the chart libraries, which come from webjars. */
final class Scripts {
    private Scripts() {}

    /** One of our own, by its path below this package's resources. */
    static String own(String name) {
        return read("/moira/routing/report/" + name);
    }

    /** A script of the webjar {@code org.webjars:name}, of whichever version is on the class path. */
    static String webjar(String name, String file) {
        Properties pom = new Properties();
        try (InputStream in = open("/META-INF/maven/org.webjars/" + name + "/pom.properties")) {
            pom.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String script = read("/META-INF/resources/webjars/" + name + "/" + pom.getProperty("version") + "/" + file);
        return script.replaceAll("(?m)^//# sourceMappingURL=.*$", "");
    }

    private static String read(String resource) {
        try (InputStream in = open(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String resource) {
        InputStream in = Scripts.class.getResourceAsStream(resource);
        if (in == null) {
            throw MoiraException.expected("class path", resource, "no such resource");
        }
        return in;
    }
}
