import Foundation
import Model

/// The language of the control socket: one JSON object a line, requests one way, replies the other.
///
///     ▶ {"v":2,"id":7,"via":"sekisho mtls","call":"setMutualAuthentication","arguments":{…}}
///     ◀ {"v":2,"id":7,"receipt":{…}}           or {"v":2,"id":7,"error":{…}}
///     ▶ {"v":2,"id":8,"via":"console","call":"watch","arguments":{"recentRecords":100}}
///     ◀ {"v":2,"id":8,"view":{…}}, "counters":{…} or "records":"…", again and again, then "end":true
///
/// A connection carries one call at a time; a second line waits until the first is answered. JSON strings
/// hold no raw line end, so that a line is always a whole message and a message cut short is never one.
enum ControlProtocol {
    /// Rises when an old peer would misread a new one; a mismatch is told, not guessed around.
    static let version = 2

    static func encode(_ message: some Encodable) throws(OperatorError) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        do {
            var line = try encoder.encode(message)
            line.append(0x0A)
            return line
        } catch {
            throw OperatorError(
                .internalFailure,
                subject: "control socket",
                message: "A message for the control socket could not be encoded.",
                hint: nil
            )
        }
    }

    static func decode<Message: Decodable>(
        _ type: Message.Type,
        from line: Data
    ) throws(OperatorError) -> Message {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        do {
            return try decoder.decode(type, from: line)
        } catch let error as OperatorError {
            throw error
        } catch {
            throw Self.unreadable(error)
        }
    }

    /// Says which version the other side speaks, for the one who has to exchange a binary.
    static func mismatch(theirs: Int) -> OperatorError {
        OperatorError(
            .protocolMismatch,
            subject: "control socket",
            message: """
                The two ends of the control socket speak different versions of its protocol (\(theirs) and \
                \(Self.version)).
                """,
            hint: "Use the sekisho binary that the gate was started with, or restart the gate with this one."
        )
    }

    /// Names the place in the message and never its contents, which may be a private key.
    private static func unreadable(_ error: any Error) -> OperatorError {
        let path: [any CodingKey] =
            switch error {
            case DecodingError.typeMismatch(_, let context): context.codingPath
            case DecodingError.valueNotFound(_, let context): context.codingPath
            case DecodingError.keyNotFound(let key, let context): context.codingPath + [key]
            case DecodingError.dataCorrupted(let context): context.codingPath
            default: []
            }
        let place = path.map(\.stringValue).joined(separator: ".")
        return OperatorError(
            .validationError,
            subject: place.isEmpty ? "message" : place,
            message: place.isEmpty
                ? "A line on the control socket is not a message of its protocol."
                : "A message on the control socket is missing or misspells \(place).",
            hint: "Send one JSON object a line, as the sekisho commands do."
        )
    }
}
