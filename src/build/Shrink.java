import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.GeneratorAdapter;
import org.objectweb.asm.commons.Method;
import org.objectweb.asm.commons.Remapper;

/**
 * Leaves those classes out of a jar that none of the others names. Java goes through all entries of
 * a jar when it looks for something that isn't there, 10 ms for 13,000.
 *
 * <pre>java -cp ASM Shrink.java JAR SMALLER_JAR ROOT...</pre>
 *
 * A root is how the names of classes begin that are wanted in any case, {@code dev/sdxlgen/} say.
 * Beside them, what a service file or any text in a class that is kept names is kept.
 *
 * <p>A client of the AWS SDK has a method for each of a service's 100 operations, and names the
 * classes of them all. So methods of clients that nobody calls are left out first.
 *
 * <p>Before it has AOT caches, Java links each lambda anew at each start, 20 ms in all for an
 * image: so those of a class that implement the same interface are made one class. In an AOT cache
 * they are linked, but for those whose interface has something to initialize.
 */
public final class Shrink {

  private static final int API = Opcodes.ASM9;
  private static final int AOT_CACHES = 25;
  private static final Type OBJECT = Type.getType(Object.class);
  private static final String SERVICES = "META-INF/services/";
  private static final Pattern SERVICE =
      Pattern.compile("(software/amazon/awssdk/services/\\w+/)\\w+");
  private static final LocalDateTime EARLIEST = LocalDateTime.of(1980, 2, 1, 0, 0);
  private static final Pattern CLASS_NAME = Pattern.compile("[\\w$]+([./][\\w$]+)+");

  private final Map<String, byte[]> classes = new TreeMap<>();
  private final Map<String, byte[]> resources = new TreeMap<>();
  private final Set<String> kept = new HashSet<>();
  private final Deque<String> unread = new ArrayDeque<>();
  private String reading;

  /** Kept, too, and read again whenever more is called. */
  private final Set<String> ofOperations = new HashSet<>();

  /** What is called: by its name and descriptor, since it may be called on a subclass. */
  private final Set<String> called = new HashSet<>();

  /** The classes that lambdas became, by what those of a class have in common. */
  private final Map<String, Lambdas> lambdas = new TreeMap<>();

  /** Finds what a class names. */
  private final Remapper names =
      new Remapper(API) {
        @Override
        public String map(String name) {
          if (!isRequest(name) || !isResolver(reading)) {
            keep(name);
          }
          return name;
        }

        @Override
        public Object mapValue(Object value) {
          if (value instanceof String text && CLASS_NAME.matcher(text).matches()) {
            keep(text.replace('.', '/'));
          }
          if (value instanceof Handle method) {
            called.add(method.getName() + method.getDesc());
          }
          return super.mapValue(value);
        }
      };

  private Shrink() {}

  public static void main(String[] args) throws IOException {
    Shrink shrink = new Shrink();
    shrink.read(Path.of(args[0]));
    for (int i = 2; i < args.length; i++) {
      shrink.keepAll(args[i]);
    }
    shrink.keepNamed();
    shrink.write(Path.of(args[1]));
  }

  private void read(Path jar) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        String name = entry.getName();
        try (InputStream in = zip.getInputStream(entry)) {
          if (name.endsWith(".class")) {
            classes.put(name.substring(0, name.length() - ".class".length()), in.readAllBytes());
          } else if (!entry.isDirectory()) {
            resources.put(name, in.readAllBytes());
          }
        }
      }
    }
  }

  private void keepAll(String root) {
    int before = kept.size();
    for (String name : classes.keySet()) {
      if (name.startsWith(root)) {
        keep(name);
      }
    }
    if (kept.size() == before) {
      throw new IllegalArgumentException("there is no " + root);
    }
  }

  private void keep(String name) {
    if (classes.containsKey(name) && kept.add(name)) {
      unread.add(name);
      if (isClient(name) || isResolver(name)) {
        ofOperations.add(name);
      }
    }
  }

  private static boolean isClient(String name) {
    return name.endsWith("Client") && SERVICE.matcher(name).matches();
  }

  /** Gets an endpoint out of a request, of each operation's. */
  private static boolean isResolver(String name) {
    return name.endsWith("EndpointResolverUtils");
  }

  private static boolean isRequest(String name) {
    return name.contains("/model/") && name.endsWith("Request");
  }

  /** Reads on until nothing new is named. A client's methods come into it as they are called. */
  private void keepNamed() {
    int known;
    do {
      known = kept.size() + called.size();
      unread.addAll(ofOperations);
      keepListed();
      while (!unread.isEmpty()) {
        String name = unread.remove();
        reading = name;
        new ClassReader(classes.get(name)).accept(reader(name), ClassReader.SKIP_DEBUG);
      }
    } while (kept.size() + called.size() > known);
  }

  /** What services and the SDK's lists of interceptors name, a line each. */
  private void keepListed() {
    resources.forEach(
        (name, content) -> {
          if (isWanted(name)) {
            new String(content, UTF_8)
                .lines()
                .forEach(line -> keep(line.replaceFirst("#.*", "").strip().replace('.', '/')));
          }
        });
  }

  /** But for a service that nobody looks for. */
  private boolean isWanted(String resource) {
    String service =
        resource.startsWith(SERVICES)
            ? resource.substring(SERVICES.length()).replace('.', '/')
            : "";
    return kept.contains(service) || !classes.containsKey(service);
  }

  private ClassVisitor reader(String name) {
    return new WithoutUncalled(
        name,
        new ClassRemapper(API, new ClassWriter(0), names) {
          @Override
          public void visitInnerClass(String inner, String outer, String simple, int access) {
            // All are listed whose names are in the class, also in methods that nobody calls.
          }

          @Override
          protected MethodVisitor createMethodRemapper(MethodVisitor next) {
            return new CallReader(super.createMethodRemapper(next));
          }
        });
  }

  private final class CallReader extends MethodVisitor {
    CallReader(MethodVisitor next) {
      super(API, next);
    }

    @Override
    public void visitMethodInsn(
        int opcode, String owner, String name, String descriptor, boolean isInterface) {
      called.add(name + descriptor);
      super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
    }
  }

  /** Passes a class on, without a client's methods that nobody calls. */
  private final class WithoutUncalled extends ClassVisitor {
    private final String service;
    private final boolean isResolver;

    WithoutUncalled(String name, ClassVisitor next) {
      super(API, next);
      Matcher matcher = SERVICE.matcher(name);
      service = isClient(name) && matcher.matches() ? matcher.group(1) : null;
      isResolver = isResolver(name);
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      // What other services' clients have too is called by what they have in common.
      boolean isOwn =
          service != null
              && (descriptor.contains(service)
                  || descriptor.contains("java/util/function/Consumer")
                  || name.startsWith("lambda$"));
      if (isOwn && !name.startsWith("<") && !called.contains(name + descriptor)
          || isResolver && isOfOthers(descriptor)) {
        return null;
      }
      return super.visitMethod(access, name, descriptor, signature, exceptions);
    }
  }

  /** Whether it takes a request that nobody makes. */
  private boolean isOfOthers(String descriptor) {
    for (Type argument : Type.getArgumentTypes(descriptor)) {
      String name = argument.getSort() == Type.OBJECT ? argument.getInternalName() : "";
      if (isRequest(name) && classes.containsKey(name) && !kept.contains(name)) {
        return true;
      }
    }
    return false;
  }

  private void write(Path jar) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (Map.Entry<String, byte[]> resource : resources.entrySet()) {
        if (isWanted(resource.getKey())) {
          write(zip, resource.getKey(), resource.getValue());
        }
      }
      for (String name : classes.keySet()) {
        if (kept.contains(name)) {
          write(zip, name + ".class", smaller(name));
        }
      }
      for (Lambdas some : lambdas.values()) {
        write(zip, some.name + ".class", some.toByteArray());
      }
    }
  }

  private byte[] smaller(String name) {
    ClassWriter writer = new ClassWriter(0);
    Set<String> bodies = bodies(name);
    ClassVisitor rest =
        new ClassVisitor(API, writer) {
          @Override
          public void visitInnerClass(String inner, String outer, String simple, int access) {
            if (kept.contains(inner) || !classes.containsKey(inner)) {
              super.visitInnerClass(inner, outer, simple, access);
            }
          }

          @Override
          public MethodVisitor visitMethod(
              int access, String method, String descriptor, String signature, String[] exceptions) {
            // Another class calls it.
            boolean isBody = bodies.contains(method + descriptor);
            int visible = isBody ? access & ~Opcodes.ACC_PRIVATE : access;
            return new Smaller(
                name,
                super.visitMethod(
                    visible,
                    isBody ? bodyName(name, method) : method,
                    descriptor,
                    signature,
                    exceptions));
          }
        };
    new ClassReader(classes.get(name)).accept(new WithoutUncalled(name, rest), 0);
    return writer.toByteArray();
  }

  /** The methods of lambdas that become classes. */
  private Set<String> bodies(String owner) {
    Set<String> bodies = new HashSet<>();
    byte[] content = classes.get(owner);
    if (!new String(content, ISO_8859_1).contains("lambda$")) {
      return bodies;
    }
    ClassVisitor lambdasOnly =
        new ClassVisitor(API) {
          @Override
          public MethodVisitor visitMethod(
              int access, String method, String descriptor, String signature, String[] exceptions) {
            return new MethodVisitor(API) {
              @Override
              public void visitInvokeDynamicInsn(
                  String name, String descriptor, Handle bootstrap, Object... arguments) {
                if (becomesClass(owner, descriptor, bootstrap, arguments)
                    && isBody((Handle) arguments[1])) {
                  Handle body = (Handle) arguments[1];
                  bodies.add(body.getName() + body.getDesc());
                }
              }
            };
          }
        };
    new ClassReader(content).accept(new WithoutUncalled(owner, lambdasOnly), 0);
    return bodies;
  }

  private boolean becomesClass(
      String owner, String descriptor, Handle bootstrap, Object... arguments) {
    Type made = Type.getMethodType(descriptor);
    String type = made.getReturnType().getInternalName();
    return bootstrap.getName().equals("metafactory")
        && (Runtime.version().feature() < AOT_CACHES || isInitialized(type))
        && isOfObjects(made)
        && isOfObjects((Type) arguments[0])
        && isOfObjects((Type) arguments[2])
        && isVisible(type, owner)
        && isCallable((Handle) arguments[1], owner);
  }

  private static boolean isBody(Handle called) {
    return called.getName().startsWith("lambda$");
  }

  private final class Smaller extends MethodVisitor {
    private final String owner;
    private int numbers;

    Smaller(String owner, MethodVisitor next) {
      super(API, next);
      this.owner = owner;
    }

    /** Names of variables are for debuggers. Lines are for stack traces, and stay. */
    @Override
    public void visitLocalVariable(
        String name, String descriptor, String signature, Label start, Label end, int index) {
      // Left out.
    }

    /** With room for a lambda's number. */
    @Override
    public void visitMaxs(int stack, int locals) {
      super.visitMaxs(stack + numbers, locals);
    }

    @Override
    public void visitInvokeDynamicInsn(
        String name, String descriptor, Handle bootstrap, Object... arguments) {
      if (becomesClass(owner, descriptor, bootstrap, arguments)) {
        Type made = Type.getMethodType(descriptor);
        int captured = made.getArgumentTypes().length;
        Lambdas some =
            lambdas.computeIfAbsent(
                owner + " " + made.getReturnType() + " " + name + arguments[0] + " " + captured,
                key -> new Lambdas(owner + "$Lambdas" + lambdas.size(), name, made, arguments));
        numbers = 1;
        super.visitLdcInsn(some.add(made, arguments));
        super.visitMethodInsn(Opcodes.INVOKESTATIC, some.name, "of", some.of, false);
      } else {
        super.visitInvokeDynamicInsn(name, descriptor, bootstrap, arguments);
      }
    }
  }

  /** No subclass is to have one of the same name. */
  private static String bodyName(String owner, String method) {
    return method + "$" + owner.substring(owner.lastIndexOf('/') + 1);
  }

  private static Handle renamed(Handle called) {
    return isBody(called)
        ? new Handle(
            called.getTag(),
            called.getOwner(),
            bodyName(called.getOwner(), called.getName()),
            called.getDesc(),
            false)
        : called;
  }

  private boolean isInitialized(String type) {
    boolean[] is = {false};
    if (classes.containsKey(type)) {
      new ClassReader(classes.get(type))
          .accept(
              new ClassVisitor(API) {
                @Override
                public MethodVisitor visitMethod(
                    int access,
                    String name,
                    String descriptor,
                    String signature,
                    String[] exceptions) {
                  is[0] |= name.equals("<clinit>");
                  return null;
                }
              },
              ClassReader.SKIP_CODE);
    }
    return is[0];
  }

  /** Whether nothing in it has to be converted. */
  private static boolean isOfObjects(Type method) {
    return isObject(method.getReturnType()) && takesObjects(method);
  }

  private static boolean takesObjects(Type method) {
    return Arrays.stream(method.getArgumentTypes()).allMatch(Shrink::isObject);
  }

  private static boolean isObject(Type type) {
    return type.getSort() >= Type.ARRAY;
  }

  /** Whether a class beside another may call a lambda's body in its place. */
  private boolean isCallable(Handle body, String from) {
    String name = body.getOwner();
    Type type = Type.getMethodType(body.getDesc());
    boolean isConstructor = body.getTag() == Opcodes.H_NEWINVOKESPECIAL;
    if (!(isConstructor ? takesObjects(type) : isOfObjects(type))) {
      return false;
    }
    if (isBody(body)) {
      return name.equals(from) && !body.isInterface();
    }
    return isVisible(name, from) && isVisible(name, body, from);
  }

  private boolean isVisible(String type, String from) {
    ClassReader reader = find(type);
    return reader != null && isVisible(reader.getAccess(), type, from);
  }

  private static boolean isVisible(int access, String type, String from) {
    return (access & Opcodes.ACC_PUBLIC) != 0
        || (access & Opcodes.ACC_PRIVATE) == 0 && packageOf(type).equals(packageOf(from));
  }

  private static String packageOf(String type) {
    return type.substring(0, type.lastIndexOf('/') + 1);
  }

  /** Whether it is declared so; what it inherits is looked for in its superclasses. */
  private boolean isVisible(String type, Handle method, String from) {
    boolean[] is = {false};
    boolean[] found = {false};
    ClassReader reader = find(type);
    if (reader == null) {
      return false;
    }
    reader.accept(
        new ClassVisitor(API) {
          @Override
          public MethodVisitor visitMethod(
              int access, String name, String descriptor, String signature, String[] exceptions) {
            if (name.equals(method.getName()) && descriptor.equals(method.getDesc())) {
              found[0] = true;
              is[0] = isVisible(access, type, from);
            }
            return null;
          }
        },
        ClassReader.SKIP_CODE);
    return found[0]
        ? is[0]
        : reader.getSuperName() != null && isVisible(reader.getSuperName(), method, from);
  }

  /** A class of the jar's, or of Java's; null when it is neither. */
  private ClassReader find(String type) {
    byte[] content = classes.get(type);
    if (content != null) {
      return new ClassReader(content);
    }
    if (!type.startsWith("java/")) {
      return null;
    }
    try (InputStream in = ClassLoader.getSystemResourceAsStream(type + ".class")) {
      return in == null ? null : new ClassReader(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Lambdas of a class that implement the same interface, as one class: it has a number for each.
   */
  private static final class Lambdas {
    final String name;

    /** Makes one: takes what it captures, and its number. */
    final String of;

    private final Type implemented;
    private final Method method;
    private final Method constructor;
    private final int captured;
    private final List<Body> bodies = new ArrayList<>();

    Lambdas(String name, String method, Type made, Object... arguments) {
      this.name = name;
      this.method = new Method(method, ((Type) arguments[0]).getDescriptor());
      implemented = made.getReturnType();
      captured = made.getArgumentTypes().length;
      Type[] given = new Type[captured + 1];
      Arrays.fill(given, OBJECT);
      given[captured] = Type.INT_TYPE;
      of = Type.getMethodDescriptor(implemented, given);
      constructor = new Method("<init>", Type.VOID_TYPE, given);
    }

    /** What it captures, what it calls, and what it takes. */
    private record Body(Type[] captured, Handle called, Type[] parameters) {}

    /** Its number. */
    int add(Type made, Object... arguments) {
      bodies.add(
          new Body(
              made.getArgumentTypes(),
              renamed((Handle) arguments[1]),
              ((Type) arguments[2]).getArgumentTypes()));
      return bodies.size() - 1;
    }

    byte[] toByteArray() {
      Type type = Type.getObjectType(name);
      ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
      writer.visit(
          Opcodes.V1_8,
          Opcodes.ACC_FINAL | Opcodes.ACC_SUPER | Opcodes.ACC_SYNTHETIC,
          name,
          null,
          "java/lang/Object",
          new String[] {implemented.getInternalName()});
      GeneratorAdapter code = code(writer, Opcodes.ACC_STATIC, "of", of);
      code.newInstance(type);
      code.dup();
      code.loadArgs();
      code.invokeConstructor(type, constructor);
      code.returnValue();
      code.endMethod();

      code = code(writer, Opcodes.ACC_PRIVATE, "<init>", constructor.getDescriptor());
      code.loadThis();
      code.invokeConstructor(OBJECT, new Method("<init>", "()V"));
      for (int i = 0; i <= captured; i++) {
        Type field = i < captured ? OBJECT : Type.INT_TYPE;
        writer.visitField(
            Opcodes.ACC_PRIVATE | Opcodes.ACC_FINAL, "a" + i, field.getDescriptor(), null, null);
        code.loadThis();
        code.loadArg(i);
        code.putField(type, "a" + i, field);
      }
      code.returnValue();
      code.endMethod();

      code = code(writer, Opcodes.ACC_PUBLIC, method.getName(), method.getDescriptor());
      Object[] locals =
          Stream.concat(Stream.of(type), Stream.of(method.getArgumentTypes()))
              .map(Type::getInternalName)
              .toArray();
      Label[] labels = new Label[bodies.size()];
      Arrays.setAll(labels, i -> new Label());
      if (labels.length > 1) {
        code.loadThis();
        code.getField(type, "a" + captured, Type.INT_TYPE);
        code.visitTableSwitchInsn(0, labels.length - 1, labels[labels.length - 1], labels);
      }
      for (int i = 0; i < labels.length; i++) {
        if (labels.length > 1) {
          code.visitLabel(labels[i]);
          code.visitFrame(Opcodes.F_NEW, locals.length, locals, 0, new Object[0]);
        }
        call(code, type, bodies.get(i));
        code.checkCast(method.getReturnType());
        code.returnValue();
      }
      code.endMethod();
      return writer.toByteArray();
    }

    private static void call(GeneratorAdapter code, Type type, Body body) {
      Handle called = body.called;
      Type of = Type.getObjectType(called.getOwner());
      Method target = new Method(called.getName(), called.getDesc());
      if (called.getTag() == Opcodes.H_NEWINVOKESPECIAL) {
        code.newInstance(of);
        code.dup();
      }
      for (int i = 0; i < body.captured.length; i++) {
        code.loadThis();
        code.getField(type, "a" + i, OBJECT);
        code.checkCast(body.captured[i]);
      }
      for (int i = 0; i < body.parameters.length; i++) {
        code.loadArg(i);
        code.checkCast(body.parameters[i]);
      }
      switch (called.getTag()) {
        case Opcodes.H_INVOKESTATIC ->
            code.visitMethodInsn(
                Opcodes.INVOKESTATIC,
                called.getOwner(),
                called.getName(),
                called.getDesc(),
                called.isInterface());
        case Opcodes.H_NEWINVOKESPECIAL -> code.invokeConstructor(of, target);
        case Opcodes.H_INVOKEINTERFACE -> code.invokeInterface(of, target);
        default -> code.invokeVirtual(of, target);
      }
    }
  }

  private static GeneratorAdapter code(
      ClassWriter writer, int access, String name, String descriptor) {
    return new GeneratorAdapter(
        writer.visitMethod(access, name, descriptor, null, null), access, name, descriptor);
  }

  private static void write(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    // An earlier one would be written a second time, and looked at.
    entry.setTimeLocal(EARLIEST);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
