import Model
import Testing

@Suite("Endpoints")
struct EndpointTests {
    @Test(
        "What is written is read",
        arguments: ["127.0.0.1:1", "10.0.0.4:65535", "[::1]:80", "[2001:db8::4]:443"]
    )
    func round(text: String) {
        #expect(Endpoint(text)?.description == text)
    }

    @Test(
        "Anything else is none",
        arguments: [
            "", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:-1", "::1:80",
            "[127.0.0.1]:80", "[::1]", "host:80", "127.0.0.1:80 ",
        ]
    )
    func refused(text: String) {
        #expect(Endpoint(text) == nil)
    }
}
