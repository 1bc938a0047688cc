import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
 * <p>A lambda whose interface has something to initialize is made a class: it couldn't be in an AOT
 * cache, and Java would make it one at each start, 2 ms.
 */
public final class Shrink {

  private static final int API = Opcodes.ASM9;
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

  /** The classes that lambdas became. */
  private final Map<String, byte[]> lambdas = new TreeMap<>();

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
      for (Map.Entry<String, byte[]> lambda : lambdas.entrySet()) {
        write(zip, lambda.getKey() + ".class", lambda.getValue());
      }
    }
  }

  private byte[] smaller(String name) {
    ClassWriter writer = new ClassWriter(0);
    ClassVisitor rest =
        new ClassVisitor(API, writer) {
          private boolean isInterface;

          @Override
          public void visit(
              int version,
              int access,
              String type,
              String signature,
              String parent,
              String[] interfaces) {
            isInterface = (access & Opcodes.ACC_INTERFACE) != 0;
            super.visit(version, access, type, signature, parent, interfaces);
          }

          @Override
          public void visitInnerClass(String inner, String outer, String simple, int access) {
            if (kept.contains(inner) || !classes.containsKey(inner)) {
              super.visitInnerClass(inner, outer, simple, access);
            }
          }

          @Override
          public MethodVisitor visitMethod(
              int access, String method, String descriptor, String signature, String[] exceptions) {
            // A lambda's own method is called by a class of its own.
            boolean isBody =
                method.startsWith("lambda$") && (access & Opcodes.ACC_STATIC) != 0 && !isInterface;
            int visible = isBody ? access & ~Opcodes.ACC_PRIVATE : access;
            return new Smaller(
                name, super.visitMethod(visible, method, descriptor, signature, exceptions));
          }
        };
    new ClassReader(classes.get(name)).accept(new WithoutUncalled(name, rest), 0);
    return writer.toByteArray();
  }

  private final class Smaller extends MethodVisitor {
    private final String owner;

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

    @Override
    public void visitInvokeDynamicInsn(
        String name, String descriptor, Handle bootstrap, Object... arguments) {
      if (bootstrap.getName().equals("metafactory")
          && arguments[1] instanceof Handle body
          && body.getTag() == Opcodes.H_INVOKESTATIC
          && body.getName().startsWith("lambda$")
          && !body.isInterface()
          && isObject(body.getDesc())
          && isObject(((Type) arguments[0]).getDescriptor())
          && takesObjects((Type) arguments[2])
          && isInitialized(Type.getReturnType(descriptor).getInternalName())) {
        String lambda = owner + "$Lambda" + lambdas.size();
        lambdas.put(lambda, lambda(lambda, name, descriptor, arguments));
        visitMethodInsn(Opcodes.INVOKESTATIC, lambda, "of", descriptor, false);
      } else {
        super.visitInvokeDynamicInsn(name, descriptor, bootstrap, arguments);
      }
    }
  }

  /** What it returns. */
  private static boolean isObject(String descriptor) {
    return Type.getReturnType(descriptor).getSort() == Type.OBJECT;
  }

  private static boolean takesObjects(Type method) {
    return Arrays.stream(method.getArgumentTypes()).allMatch(type -> type.getSort() >= Type.ARRAY);
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

  /** A class with what the lambda captures in its fields, and {@code of} to make one. */
  private static byte[] lambda(String lambda, String method, String of, Object... arguments) {
    Type[] captured = Type.getArgumentTypes(of);
    String constructor = Type.getMethodDescriptor(Type.VOID_TYPE, captured);
    String type = Type.getReturnType(of).getInternalName();
    String erased = ((Type) arguments[0]).getDescriptor();
    Handle body = (Handle) arguments[1];
    Type[] parameters = ((Type) arguments[2]).getArgumentTypes();

    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    writer.visit(
        Opcodes.V1_8,
        Opcodes.ACC_FINAL | Opcodes.ACC_SUPER | Opcodes.ACC_SYNTHETIC,
        lambda,
        null,
        "java/lang/Object",
        new String[] {type});
    GeneratorAdapter code = code(writer, Opcodes.ACC_STATIC, "of", of);
    code.newInstance(Type.getObjectType(lambda));
    code.dup();
    code.loadArgs();
    code.invokeConstructor(Type.getObjectType(lambda), new Method("<init>", constructor));
    code.returnValue();
    code.endMethod();

    code = code(writer, Opcodes.ACC_PRIVATE, "<init>", constructor);
    code.loadThis();
    code.invokeConstructor(Type.getType(Object.class), new Method("<init>", "()V"));
    for (int i = 0; i < captured.length; i++) {
      writer.visitField(
          Opcodes.ACC_PRIVATE | Opcodes.ACC_FINAL,
          "a" + i,
          captured[i].getDescriptor(),
          null,
          null);
      code.loadThis();
      code.loadArg(i);
      code.putField(Type.getObjectType(lambda), "a" + i, captured[i]);
    }
    code.returnValue();
    code.endMethod();

    code = code(writer, Opcodes.ACC_PUBLIC, method, erased);
    for (int i = 0; i < captured.length; i++) {
      code.loadThis();
      code.getField(Type.getObjectType(lambda), "a" + i, captured[i]);
    }
    for (int i = 0; i < parameters.length; i++) {
      code.loadArg(i);
      code.checkCast(parameters[i]);
    }
    code.invokeStatic(
        Type.getObjectType(body.getOwner()), new Method(body.getName(), body.getDesc()));
    code.returnValue();
    code.endMethod();
    return writer.toByteArray();
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
