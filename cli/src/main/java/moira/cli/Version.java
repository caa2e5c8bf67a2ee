package moira.cli;

import moira.routing.MoiraVersion;
import picocli.CommandLine.IVersionProvider;

/** {@code moira --version}: the version of the build and of the JVM that runs it. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"moira " + MoiraVersion.get() + ", Java " + Runtime.version()};
    }
}
