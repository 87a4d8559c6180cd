package dev.migrator.cli.wiring;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The signals of this process.
 *
 * <p>A shutdown hook would not do: it is called once only, so that a second Ctrl-C would be lost.
 * The JDK's own {@code sun.misc.Signal} (module jdk.unsupported) is reached by reflection, because
 * the compiler's warning on it cannot be turned off; where it is missing, signals end the program
 * at once, which the journal survives.
 */
final class ProcessSignals implements Signals {

  @Override
  public Watch watch(Consumer<Signal> listener) {
    try {
      Class<?> type = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      Method handle = type.getMethod("handle", type, handlerType);
      Map<Object, Object> before = new LinkedHashMap<>();
      for (Signal signal : Signal.values()) {
        Object subject = type.getConstructor(String.class).newInstance(signal.name());
        Object handler = handler(type, handlerType, () -> listener.accept(signal));
        before.put(subject, handle.invoke(null, subject, handler));
      }
      return () -> before.forEach((subject, handler) -> restore(handle, subject, handler));
    } catch (ReflectiveOperationException e) {
      // Also where the JVM was told to leave signals alone (-Xrs).
      return () -> {};
    }
  }

  @Override
  public void halt(int exitCode) {
    Runtime.getRuntime().halt(exitCode);
  }

  private static Object handler(Class<?> type, Class<?> handlerType, Runnable action)
      throws ReflectiveOperationException {
    MethodHandle run =
        MethodHandles.lookup()
            .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
            .bindTo(action);
    return MethodHandleProxies.asInterfaceInstance(
        handlerType, MethodHandles.dropArguments(run, 0, type));
  }

  private static void restore(Method handle, Object subject, Object handler) {
    try {
      Object unused = handle.invoke(null, subject, handler);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a signal cannot be given back", e);
    }
  }
}
