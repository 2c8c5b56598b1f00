import ArgumentParser
import Glibc
import Model

/// The program: parses the command line, runs one command, and turns failures into words and a status.
///
/// 0 for success, 1 for a failure an operator can mend, 3 where `explain` has judged and refuses, 64 for a
/// command line that cannot be understood.
@main
enum Main {
    static func main() async {
        ProcessSetup.harden()
        Self.refuseStrangeCommand()
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

    /// The default command takes no arguments, so that a first word is a command or a slip of the finger.
    private static func refuseStrangeCommand() {
        let commands = ["help"] + Sekisho.configuration.subcommands.map { $0._commandName }
        guard let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-"),
            !commands.contains(word)
        else { return }
        let nearest = Nearest.word(to: word, among: commands).map { " Did you mean \($0)?" } ?? ""
        Output.error(
            "Error: There is no command \"\(word)\".\(nearest)\n  See 'sekisho help' for the commands."
        )
        exit(64)
    }

    private static func fail(_ lines: [String]) -> Never {
        for line in lines { Output.error("sekisho: \(line)") }
        exit(1)
    }
}
