import ArgumentParser
import Model
import Testing

@testable import sekisho

@Suite("Metrics option")
struct MetricsOptionTests {
    @Test(
        "An address is needed to be reached from elsewhere",
        arguments: [
            ("9090", "127.0.0.1:9090"), (":9090", "127.0.0.1:9090"), ("localhost:9090", "127.0.0.1:9090"),
            ("192.0.2.1:9090", "192.0.2.1:9090"), ("[::1]:9090", "[::1]:9090"), ("0.0.0.0:1", "0.0.0.0:1"),
        ]
    )
    func addresses(text: String, endpoint: String) throws {
        #expect(try MetricsOption.endpoint(text).description == endpoint)
    }

    @Test(
        "What is no address and port is refused",
        arguments: ["", "a:1", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:9090", "[127.0.0.1]:1"]
    )
    func mistakes(text: String) {
        #expect(throws: ValidationError.self) { try MetricsOption.endpoint(text) }
    }
}
