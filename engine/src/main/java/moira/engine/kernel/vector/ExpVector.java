package moira.engine.kernel.vector;

import static moira.engine.kernel.vector.Width.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import moira.engine.kernel.ExpScalar;

/** e^x, {@link ExpScalar} in every lane. */
final class ExpVector {
    private ExpVector() {}

    /** {@link ExpScalar#exp}, a lane at a time the same operations. */
    static FloatVector exp(FloatVector x) {
        FloatVector rounded = x.fma(
                FloatVector.broadcast(SPECIES, ExpScalar.LOG2_E), FloatVector.broadcast(SPECIES, ExpScalar.ROUND));
        FloatVector n = rounded.sub(ExpScalar.ROUND);
        FloatVector r = n.fma(FloatVector.broadcast(SPECIES, -ExpScalar.LN2_HIGH), x);
        r = n.fma(FloatVector.broadcast(SPECIES, -ExpScalar.LN2_LOW), r);
        FloatVector p =
                FloatVector.broadcast(SPECIES, ExpScalar.C7).fma(r, FloatVector.broadcast(SPECIES, ExpScalar.C6));
        p = p.fma(r, FloatVector.broadcast(SPECIES, ExpScalar.C5));
        p = p.fma(r, FloatVector.broadcast(SPECIES, ExpScalar.C4));
        p = p.fma(r, FloatVector.broadcast(SPECIES, ExpScalar.C3));
        p = p.fma(r, FloatVector.broadcast(SPECIES, ExpScalar.C2));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 1f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 1f));
        FloatVector e = p.reinterpretAsInts()
                .add(rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                .reinterpretAsFloats();
        VectorMask<Float> low = x.lt(ExpScalar.LOWEST);
        VectorMask<Float> high = x.compare(VectorOperators.GT, ExpScalar.HIGHEST);
        VectorMask<Float> nan = x.test(VectorOperators.IS_NAN);
        return e.blend(0f, low).blend(Float.POSITIVE_INFINITY, high).blend(Float.NaN, nan);
    }
}
