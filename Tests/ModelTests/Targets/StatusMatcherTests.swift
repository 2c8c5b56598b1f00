import Model
import Testing

@Suite("Status matcher")
struct StatusMatcherTests {
    @Test(
        "A matcher names codes and ranges",
        arguments: [
            ("200", [200], [199, 201, 404]),
            ("200,202", [200, 202], [201]),
            ("200-299", [200, 250, 299], [300]),
            ("200-204,404", [200, 204, 404], [205, 403]),
        ]
    )
    func matches(_ text: String, _ inside: [Int], _ outside: [Int]) throws {
        let matcher = try #require(StatusMatcher(text))
        #expect(inside.allSatisfy(matcher.contains))
        #expect(!outside.contains(where: matcher.contains))
        #expect(matcher.description == text)
    }

    @Test(
        "What is no matcher is refused",
        arguments: ["", "199", "500", "200,", "200-", "-200", "299-200", "200-250-299", "2xx", "+20", " 200"]
    )
    func refused(_ text: String) {
        #expect(StatusMatcher(text, within: 200...499) == nil)
    }

    @Test("What a group's targets may answer depends on what they speak")
    func kinds() throws {
        #expect(StatusMatcher("0,12", within: HealthCheck.codes(for: .http, version: .grpc)) != nil)
        #expect(StatusMatcher("100", within: HealthCheck.codes(for: .http, version: .grpc)) == nil)
        #expect(StatusMatcher("012", within: 0...99) == nil)
        #expect(StatusMatcher("500-599", within: HealthCheck.codes(for: .tcp, version: .http1)) != nil)
        let wide = try #require(StatusMatcher("200-599"))
        #expect(!wide.isWithin(200...499))
        #expect(wide.isWithin(200...599))
    }

    @Test("Checks begin with what ELBv2 has for a group of their kind")
    func standards() {
        #expect(HealthCheck.standard(for: .http) == HealthCheck())
        #expect(HealthCheck.standard(for: .http, version: .http2) == HealthCheck())
        let grpc = HealthCheck.standard(for: .http, version: .grpc)
        #expect(grpc.path == "/AWS.ALB/healthcheck")
        #expect(grpc.matcher.description == "12")
        let tcp = HealthCheck.standard(for: .tcp)
        #expect(tcp.protocol == .tcp)
        #expect(tcp.timeoutSeconds == 10)
        let web = HealthCheck.standard(for: .tcp, by: .http)
        #expect(web.timeoutSeconds == 6)
        #expect(web.matcher.description == "200-399")
    }
}
