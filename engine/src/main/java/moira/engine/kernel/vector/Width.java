package moira.engine.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import moira.engine.MoiraException;

/**
 * How wide a vector is: the machine's own width, or what {@code -Dmoira.vectorBits=128|256|512} says. It is fixed for a JVM,
 * since a species that is no static final constant costs a factor of ten.
 */
final class Width {
    private static final String PROPERTY = "moira.vectorBits";

    static final VectorSpecies<Float> SPECIES =
            species(System.getProperty(PROPERTY), FloatVector.SPECIES_PREFERRED.vectorBitSize());
    static final int WIDTH = SPECIES.length();

    private Width() {}

    /**
     * @param asked the property; null for the machine's own width
     * @param preferred bits that the JVM prefers: 64 on a machine without vectors, up to 2048 on others, while a panel has 512
     */
    static VectorSpecies<Float> species(String asked, int preferred) {
        String bits = asked == null ? Integer.toString(Math.clamp(preferred, 128, 512)) : asked;
        return switch (bits) {
            case "128" -> FloatVector.SPECIES_128;
            case "256" -> FloatVector.SPECIES_256;
            case "512" -> FloatVector.SPECIES_512;
            default -> throw MoiraException.expected(PROPERTY, "128, 256 or 512", bits);
        };
    }
}
