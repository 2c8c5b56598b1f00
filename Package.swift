// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "sekisho",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "sekisho", targets: ["sekisho"])],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        // No pkgConfig for the system libraries: its flags only make the package manager warn.
        .systemLibrary(name: "COpenSSL", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CNghttp2", providers: [.apt(["libnghttp2-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CNcurses", linkerSettings: [.linkedLibrary("ncursesw")]),
        .target(name: "CLinux"),

        .target(name: "Model", swiftSettings: strict),
        .target(name: "TLS", dependencies: ["COpenSSL", "Model"], swiftSettings: strict),
        .target(name: "HTTP", dependencies: ["CNghttp2", "Model"], swiftSettings: strict),
        .target(name: "Engine", dependencies: ["CLinux", "HTTP", "Model", "TLS"], swiftSettings: strict),
        .target(
            name: "Service",
            dependencies: ["CZlib", "Model", "TLS", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: strict
        ),
        .target(name: "API", dependencies: ["Model"], swiftSettings: strict),
        .target(
            name: "Console",
            dependencies: ["CNcurses", "Model", .product(name: "Yams", package: "Yams")],
            // A link to the top-level Themes/: the themes are part of the program, not files beside it.
            resources: [.embedInCode("Themes")],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "sekisho",
            dependencies: [
                "API", "Console", "Engine", "Model", "Service", "TLS",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict
        ),

        .executableTarget(
            name: "Bench",
            dependencies: [
                "API", "HTTP", "Model", "Service", "TLS", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict
        ),

        .target(name: "TestSupport", dependencies: ["Engine", "Model", "TLS"], swiftSettings: strict),
        .target(name: "TestTraits", path: "Tests/TestTraits", swiftSettings: strict),
        .testTarget(name: "ModelTests", dependencies: ["Model"], swiftSettings: strict),
        .testTarget(
            name: "TLSTests",
            dependencies: ["TLS", "TestSupport", "TestTraits"],
            swiftSettings: strict
        ),
        .testTarget(name: "HTTPTests", dependencies: ["HTTP"], swiftSettings: strict),
        .testTarget(
            name: "EngineTests",
            dependencies: ["Engine", "TestSupport", "TestTraits"],
            swiftSettings: strict
        ),
        .testTarget(name: "ServiceTests", dependencies: ["Service", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "APITests", dependencies: ["API", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "ConsoleTests",
            dependencies: ["Console", "TestSupport"],
            // Text that the tests read beside their source, not part of the bundle.
            exclude: ["Drawings"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SekishoTests",
            dependencies: ["API", "TestSupport", "sekisho"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ScenarioTests",
            dependencies: [
                "API", "Engine", "Model", "Service", "TLS", "TestSupport", "TestTraits", "sekisho",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "BenchTests",
            dependencies: ["Bench", "HTTP", "Model", "sekisho"],
            swiftSettings: strict
        ),
    ]
)
