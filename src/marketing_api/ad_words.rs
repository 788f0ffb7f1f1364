//! Words of ads that are sent to the API.

use super::words::words;

words! {
    /// Format of an ad.
    AdFormat {
        SingleVideo = "SINGLE_VIDEO",
        SingleImage = "SINGLE_IMAGE",
        Carousel = "CAROUSEL_ADS",
        CatalogCarousel = "CATALOG_CAROUSEL",
        Live = "LIVE_CONTENT",
    }
    /// Call to action.
    CallToAction {
        ApplyNow = "APPLY_NOW",
        BookNow = "BOOK_NOW",
        CallNow = "CALL_NOW",
        CheckAvailability = "CHECK_AVAILABILITY",
        ContactUs = "CONTACT_US",
        DownloadNow = "DOWNLOAD_NOW",
        ExperienceNow = "EXPERIENCE_NOW",
        GetQuote = "GET_QUOTE",
        GetShowtimes = "GET_SHOWTIMES",
        GetTicketsNow = "GET_TICKETS_NOW",
        InstallNow = "INSTALL_NOW",
        Interested = "INTERESTED",
        JoinThisHashtag = "JOIN_THIS_HASHTAG",
        LearnMore = "LEARN_MORE",
        ListenNow = "LISTEN_NOW",
        OrderNow = "ORDER_NOW",
        PlayGame = "PLAY_GAME",
        PreorderNow = "PREORDER_NOW",
        ReadMore = "READ_MORE",
        SendMessage = "SEND_MESSAGE",
        ShootWithThisEffect = "SHOOT_WITH_THIS_EFFECT",
        ShopNow = "SHOP_NOW",
        SignUp = "SIGN_UP",
        Subscribe = "SUBSCRIBE",
        ViewNow = "VIEW_NOW",
        ViewProfile = "VIEW_PROFILE",
        ViewVideoWithThisEffect = "VIEW_VIDEO_WITH_THIS_EFFECT",
        VisitStore = "VISIT_STORE",
        WatchLive = "WATCH_LIVE",
        WatchNow = "WATCH_NOW",
    }
    /// Kind of TikTok page.
    TikTokPageCategory {
        Profile = "PROFILE_PAGE",
        Other = "OTHER_TIKTOK_PAGE",
        PageOnTikTok = "TIKTOK_INSTANT_PAGE",
    }
    /// Type of a deeplink.
    DeeplinkType {
        Normal = "NORMAL",
        Deferred = "DEFERRED_DEEPLINK",
    }
    /// Format of a deeplink.
    DeeplinkFormat {
        UniversalOrAppLink = "UNIVERSAL_OR_APP_LINK",
        Scheme = "SCHEME_LINK",
    }
    /// Source of the deeplink of a shopping ad.
    ShoppingDeeplink {
        None = "NONE",
        Custom = "CUSTOM",
        Products = "SHOPPING_ADS",
    }
    /// Source of the website of a shopping ad.
    ShoppingFallback {
        Default = "DEFAULT",
        Custom = "CUSTOM",
        Products = "SHOPPING_ADS",
    }
    /// Destination without the app.
    FallbackType {
        Unset = "UNSET",
        AppInstall = "APP_INSTALL",
        Website = "WEBSITE",
    }
    /// Declaration of AI-generated content.
    AigcDisclosure {
        Declared = "SELF_DISCLOSURE",
        NotDeclared = "NOT_DECLARED",
    }
    /// Kind of disclaimer.
    DisclaimerType {
        Text = "TEXT_ONLY",
        Link = "TEXT_LINK",
    }
    /// Choice of products.
    ProductChoice {
        All = "ALL",
        Set = "PRODUCT_SET",
        Customized = "CUSTOMIZED_PRODUCTS",
    }
    /// Kind of the video of a shopping ad.
    VerticalVideoStrategy {
        Unset = "UNSET",
        SingleVideo = "SINGLE_VIDEO",
        CatalogVideos = "CATALOG_VIDEOS",
        CatalogUploadedVideos = "CATALOG_UPLOADED_VIDEOS",
        LiveStream = "LIVE_STREAM",
    }
    /// Dynamic format.
    DynamicFormat {
        Unset = "UNSET",
        DynamicCreative = "DYNAMIC_CREATIVE",
    }
    /// Dynamic destination.
    DynamicDestination {
        Unset = "UNSET",
        LandingPage = "DLP",
    }
    /// Type of a creative.
    CreativeType {
        ShortVideoLive = "SHORT_VIDEO_LIVE",
        DirectLive = "DIRECT_LIVE",
        ProductShopping = "PSA",
        PageOnTikTok = "CUSTOM_INSTANT_PAGE",
        AutoInventory = "AUTO_INVENTORY_INSTANT_PAGE",
    }
    /// Partner that measures viewability.
    ViewabilityPartner {
        Moat = "MOAT",
        DoubleVerify = "DOUBLE_VERIFY",
        Ias = "IAS",
    }
    /// Partner that measures brand safety.
    SafetyMeasurement {
        DoubleVerify = "DOUBLE_VERIFY",
        Ias = "IAS",
        Zefr = "ZEFR",
    }
}
