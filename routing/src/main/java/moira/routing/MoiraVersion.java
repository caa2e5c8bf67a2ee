package moira.routing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version that traces and tables say they were made by. */
public final class MoiraVersion {
    private static final String MAVEN = "/META-INF/maven/moira/moira-routing/pom.properties";

    private MoiraVersion() {}

    /** Maven writes it into the jar; classes that run without one say {@code development}. */
    public static String get() {
        try (InputStream in = MoiraVersion.class.getResourceAsStream(MAVEN)) {
            if (in == null) {
                return "development";
            }
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
