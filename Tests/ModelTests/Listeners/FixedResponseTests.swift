import Model
import Testing

@Suite("Fixed response")
struct FixedResponseTests {
    @Test("The edges of every range are accepted", arguments: [200, 299, 400, 503, 599])
    func statusCodes(code: Int) throws {
        let response = try FixedResponse(
            statusCode: code,
            contentType: "text/plain",
            messageBody: String(repeating: "x", count: 1_024)
        )
        #expect(response.statusCode == code)
    }

    @Test("Every content type of ELBv2 is accepted", arguments: FixedResponse.contentTypes)
    func contentTypes(type: String) throws {
        #expect(try FixedResponse(statusCode: 200, contentType: type, messageBody: "").contentType == type)
    }

    @Test(
        "A status that a fixed response may not have is refused",
        arguments: [0, 100, 199, 300, 399, 600, -200]
    )
    func refusedStatus(code: Int) {
        let error = #expect(throws: OperatorError.self) {
            try FixedResponse(statusCode: code, contentType: "text/plain", messageBody: "")
        }
        #expect(error?.subject == "statusCode")
    }

    /// A type that could hold a line end would let a configuration forge headers.
    @Test(
        "A content type outside the list is refused",
        arguments: ["", "text/xml", "TEXT/PLAIN", "text/plain\r\nX: y"]
    )
    func refusedType(type: String) {
        let error = #expect(throws: OperatorError.self) {
            try FixedResponse(statusCode: 200, contentType: type, messageBody: "")
        }
        #expect(error?.subject == "contentType")
    }

    @Test("Bytes of the body are counted, not characters")
    func refusedBody() {
        let error = #expect(throws: OperatorError.self) {
            try FixedResponse(
                statusCode: 200,
                contentType: "text/plain",
                messageBody: String(repeating: "ü", count: 513)
            )
        }
        #expect(error?.subject == "messageBody")
    }
}
