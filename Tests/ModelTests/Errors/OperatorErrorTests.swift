import Foundation
import Model
import Testing

@Suite("Operator error")
struct OperatorErrorTests {
    private let error = OperatorError(
        .listenerNotFound,
        subject: "edge",
        message: "There is no listener edge.",
        hint: "Name one of api, web."
    )

    @Test("It reads as a code, a sentence and an instruction")
    func description() {
        #expect(
            "\(self.error)" == "ListenerNotFound: There is no listener edge. Name one of api, web."
        )
    }

    @Test("It survives the wire")
    func roundTrip() throws {
        let data = try JSONEncoder().encode(self.error)
        #expect(try JSONDecoder().decode(OperatorError.self, from: data) == self.error)
    }

    /// An older console must still show what a newer gate has to say.
    @Test("A code of a newer program does not hide the message")
    func newerCode() throws {
        let text = #"{"code":"SomethingNew","subject":"edge","message":"It is so.","hint":"Do this."}"#
        let read = try JSONDecoder().decode(OperatorError.self, from: Data(text.utf8))
        #expect(read.code == .internalFailure)
        #expect(read.message == "It is so.")
        #expect(read.hint == "Do this.")
    }

    @Test("A value out of range is told with the range, and what to do")
    func outOfRange() {
        let error = OperatorError.outOfRange("port", got: "70000", allowed: "1–65535")
        #expect(error.code == .valueOutOfRange)
        #expect(error.message == "port is 70000, outside 1–65535.")
        #expect(error.hint?.contains("1–65535") == true)
    }
}
