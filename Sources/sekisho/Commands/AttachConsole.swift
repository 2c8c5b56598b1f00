import API
import ArgumentParser
import Model

/// `sekisho console`: shows a gate that runs in another process.
struct AttachConsole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "console",
        abstract: "Show the console of a running gate.",
        discussion: """
            Whoever can open only the viewers' socket looks and changes nothing, as with --viewer: the gate \
            refuses every change there. With --ssh, a link that breaks is made anew without asking for anything.
            """
    )

    @OptionGroup var gate: GateOptions

    @Flag(help: "Only look: use the viewers' socket (viewer.sock in the state directory).")
    var viewer = false

    @OptionGroup var appearance: LookOptions

    func validate() throws {
        guard !self.viewer || self.gate.socket == nil else {
            throw ValidationError("Give --viewer or --socket, not both.")
        }
    }

    mutating func run() async throws {
        Signals.begin()
        try await ConsoleHost.show(
            self.gate.remote(isForViewing: self.viewer),
            look: self.appearance.look,
            machine: self.gate.ssh
        )
    }
}
