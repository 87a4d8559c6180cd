import dev.migrator.cli.Main;
import dev.migrator.cli.wiring.RealWorld;
import java.io.File;
import picocli.CommandLine.Model.CommandSpec;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/** Writes the manual page of each command as AsciiDoc: {@code java ManPages.java FOLDER}. */
final class ManPages {

  private ManPages() {}

  public static void main(String[] args) throws Exception {
    CommandSpec program = Main.commands(RealWorld.environment());
    int exit =
        ManPageGenerator.generateManPage(new File(args[0]), null, new boolean[0], true, program);
    System.exit(exit);
  }
}
