import ArgumentParser
import Foundation
import Model

/// `--output`: for people, or for programs.
struct OutputOption: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable, Sendable {
        case text, json
    }

    @Option(
        name: [.customLong("output"), .customLong("format")],
        help: ArgumentHelp(
            "text, or json: an object, or one a line where there are several.",
            valueName: "format"
        )
    )
    var format = Format.text
}

/// Documents of `--output json`, all written alike.
enum JSONDocument {
    /// An object in one line, its keys in order.
    static func line(_ document: some Encodable) throws(OperatorError) -> String {
        try Self.text(document, [])
    }

    /// An object that is large enough to be looked at.
    static func pretty(_ document: some Encodable) throws(OperatorError) -> String {
        try Self.text(document, .prettyPrinted)
    }

    private static func text(
        _ document: some Encodable,
        _ formatting: JSONEncoder.OutputFormatting
    ) throws(OperatorError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting.union([.sortedKeys, .withoutEscapingSlashes])
        do {
            return String(decoding: try encoder.encode(document), as: UTF8.self)
        } catch {
            throw OperatorError(
                .internalFailure,
                subject: "--output json",
                message: "What there is to print cannot be written as JSON.",
                hint: nil
            )
        }
    }
}
