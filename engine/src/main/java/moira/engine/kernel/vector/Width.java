package moira.engine.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * How wide a vector is: the machine's own width, or what {@code -Dmoira.vectorBits=128|256|512} says. It is fixed for a JVM,
 * since a species that is no static final constant costs a factor of ten.
 */
final class Width {
    static final VectorSpecies<Float> SPECIES = species();
    static final int WIDTH = SPECIES.length();

    private Width() {}

    private static VectorSpecies<Float> species() {
        int preferred = Math.min(FloatVector.SPECIES_PREFERRED.vectorBitSize(), 512);
        return switch (Integer.getInteger("moira.vectorBits", preferred)) {
            case 128 -> FloatVector.SPECIES_128;
            case 256 -> FloatVector.SPECIES_256;
            case 512 -> FloatVector.SPECIES_512;
            default ->
                throw new IllegalArgumentException(
                        "moira.vectorBits: expected 128, 256 or 512, found " + System.getProperty("moira.vectorBits"));
        };
    }
}
