import ArgumentParser
import Glibc
import Model

/// The program: parses the command line, runs one command, and turns failures into words and a status.
///
/// 0 for success, 1 for a failure an operator can mend, 64 for a command line that cannot be understood.
@main
enum Main {
    static func main() async {
        ProcessSetup.harden()
        do {
            var command = try Sekisho.parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let error as OperatorError {
            Self.fail([error.description])
        } catch let error as ConfigurationFileError {
            Self.fail(error.lines)
        } catch {
            Sekisho.exit(withError: error)
        }
    }

    private static func fail(_ lines: [String]) -> Never {
        for line in lines { Output.error("sekisho: \(line)") }
        exit(1)
    }
}
