package dev.migrator.cluster.fault;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/** Decides what goes wrong. Asked once for every request, before it is sent, by its thread. */
@FunctionalInterface
public interface FaultScript {

  Fault at(Request request);

  /** Nothing goes wrong. */
  static FaultScript none() {
    return request -> new Fault.None();
  }

  /** The fault at one request, counted over all requests. */
  static FaultScript atRequest(long index, Fault fault) {
    return when(request -> request.index() == index, fault);
  }

  /** The fault at one write, counted over writes. */
  static FaultScript atWrite(long index, Fault fault) {
    return when(request -> request.isWrite() && request.writeIndex() == index, fault);
  }

  /** The fault at every request that fits. */
  static FaultScript when(Predicate<Request> which, Fault fault) {
    return request -> which.test(request) ? fault : new Fault.None();
  }

  /** At about so many of a thousand requests one of these faults; the same for the same seed. */
  static FaultScript random(long seed, int perThousand, List<Fault> faults) {
    SplittableRandom random = new SplittableRandom(seed);
    return request -> {
      synchronized (random) {
        return random.nextInt(1000) < perThousand
            ? faults.get(random.nextInt(faults.size()))
            : new Fault.None();
      }
    };
  }

  /** This script, and where it has nothing to say, the other. */
  default FaultScript or(FaultScript other) {
    return request -> {
      Fault fault = at(request);
      return fault instanceof Fault.None ? other.at(request) : fault;
    };
  }
}
