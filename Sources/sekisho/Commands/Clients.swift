import API
import ArgumentParser
import Foundation
import Model

/// `sekisho clients`: who has come, by certificate.
struct Clients: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the clients that a gate has seen, by certificate, the ones seen last in front.",
        discussion: """
            Only certificates that some listener has verified, unless --all is given. A filter looks like \
            'issuer:*Partner* refused>0 listener:edge-*'; its fields are \
            \(FilterSchema.clients.fields.map(\.name).joined(separator: ", ")).
            """
    )

    @Option(
        help: ArgumentHelp(
            "Certificates that expire within this time: 12h, 7d.",
            valueName: "time"
        )
    )
    var expiring: String?

    @Flag(help: "Without those whose subject has been seen with a certificate that is valid for longer.")
    var notRenewed = false

    @Option(help: ArgumentHelp("Clients that have not been seen for this time: 12h, 30d.", valueName: "time"))
    var notSeenFor: String?

    @Flag(help: "Also certificates that no listener has verified.")
    var all = false

    @Option(help: ArgumentHelp("Which of them, in the language of filters.", valueName: "filter"))
    var filter = ""

    @Option(name: .shortAndLong, help: ArgumentHelp("How many to print, 1–1000.", valueName: "n"))
    var lines = 100

    @OptionGroup var output: OutputOption
    @OptionGroup var gate: GateOptions

    mutating func run() async throws {
        var query = ClientQuery()
        query.expiringWithinSeconds = try self.expiring.map { text throws(OperatorError) in
            try Self.seconds(text, option: "--expiring")
        }
        query.notRenewed = self.notRenewed
        if let notSeenFor {
            let seconds = try Self.seconds(notSeenFor, option: "--not-seen-for")
            query.lastSeenBefore = Timestamp(seconds: Int64(Date().timeIntervalSince1970) - seconds)
        }
        query.verifiedOnly = !self.all
        query.filter = self.filter
        query.limit = self.lines
        let list = try await self.gate.remote.clients(query)
        switch self.output.format {
        case .text:
            ClientTable.lines(list).forEach(Output.line)
        case .json:
            for client in list.clients { Output.line(try JSONDocument.line(client)) }
        }
    }

    private static func seconds(_ text: String, option: String) throws(OperatorError) -> Int64 {
        guard let seconds = TimeText.seconds(text) else {
            throw OperatorError(
                .validationError,
                subject: option,
                message: "\"\(text)\" is no time.",
                hint: "Write a number and a unit: 30s, 10m, 12h, 7d."
            )
        }
        return Int64(seconds)
    }
}
